import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(__dirname, "../../..");
const out = mkdtempSync(join(tmpdir(), "dms-ntm-docs-"));
after(() => rmSync(out, { recursive: true }));

test("everything public is documented, and docs/ is what the docstrings say", () => {
  const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
  const made = spawnSync(process.execPath, [typedoc, "--logLevel", "Warn", "--out", out], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(made.status, 0, made.stdout + made.stderr);
  // the others aren't made from docstrings
  const others = ["guide", "results.md", "checks.md"];
  const there = readdirSync(join(root, "docs")).filter((name) => !others.includes(name));
  assert.deepEqual(there.sort(), readdirSync(out).sort(), "docs/ is stale: run `make docs`");
  for (const name of readdirSync(out)) {
    const [there, now] = [join(root, "docs"), out].map((folder) => readFileSync(join(folder, name), "utf8"));
    assert.ok(there === now, `docs/${name} is stale: run \`make docs\``);
  }
});
