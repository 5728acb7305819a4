import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { headingMarks } from "./examples.js";

const root = join(__dirname, "../../..");
const out = mkdtempSync(join(tmpdir(), "dms-ntm-docs-"));
after(() => rmSync(out, { recursive: true }));

/** Pages that aren't made from docstrings. */
const BY_HAND = ["results.md", "long-range.md", "checks.md"];

/** What stands in the parts of a reference page that aren't prose. */
const pages = () =>
  readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md") && !BY_HAND.includes(name))
    .map((name) => ({ name, text: readFileSync(join(root, "docs", name), "utf8") }));

test("each name has one heading on its page, no parameter is without a name, and links lead to headings", async () => {
  const marksOf = await headingMarks();
  for (const { name, text } of pages()) {
    const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading!);
    const twice = headings.filter((heading, i) => headings.indexOf(heading) !== i);
    assert.deepEqual(twice, [], `${name}: tag the constant of a type with the same name @internal`);
    assert.doesNotMatch(text, /__namedParameters/, `${name}: name the parameter by @param, all others too`);
    const marks = marksOf(text);
    const dead = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, mark]) => mark!).filter((mark) => !marks.has(mark));
    assert.deepEqual(dead, [], name);
  }
});

test("what the pages say of imports is so", async () => {
  const library: Record<string, unknown> = await import("../src/index.js");
  const said = pages().flatMap(({ text }) => [
    ...text.matchAll(/^`import \{ (\w+) \} from "dms-ntm"`, then `\w+\.(\w+)/gm),
  ]);
  assert.ok(said.length >= 8);
  for (const [, space, name] of said) {
    assert.equal(typeof (library[space!] as Record<string, unknown>)[name!], "function", `${space}.${name}`);
  }
});

test("everything public is documented, and docs/ is what the docstrings say", () => {
  const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
  const made = spawnSync(process.execPath, [typedoc, "--logLevel", "Warn", "--out", out], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(made.status, 0, made.stdout + made.stderr);

  const others = ["guide", ...BY_HAND];
  const there = readdirSync(join(root, "docs")).filter((name) => !others.includes(name));
  assert.deepEqual(there.sort(), readdirSync(out).sort(), "docs/ is stale: run `make docs`");
  for (const name of readdirSync(out)) {
    const [there, now] = [join(root, "docs"), out].map((folder) => readFileSync(join(folder, name), "utf8"));
    assert.ok(there === now, `docs/${name} is stale: run \`make docs\``);
  }
});
