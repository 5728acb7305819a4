import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { project } from "../src/support/folders.js";

const { root } = project();
const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-costs-"));
after(() => rmSync(scratch, { recursive: true }));
const page = readFileSync(join(root, "docs/guide/cluster.md"), "utf8");

test("the guide's tables and picture of what a cluster costs are those of the measured figures", () => {
  const picture = join(scratch, "costs.svg");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--no-deprecation", join(root, "cluster/costs.mjs"), picture],
    {
      encoding: "utf8",
    },
  );
  assert.equal(status, 0, stderr);
  const tables = stdout.trim().split("\n\n");
  assert.equal(tables.length, 2);
  for (const table of tables) assert.ok(page.includes(table), table);
  assert.equal(readFileSync(picture, "utf8"), readFileSync(join(root, "docs/guide/cluster-costs.svg"), "utf8"));
});

test("the targets, rules and settings that the page names are there", () => {
  const [makefile, plan] = ["Makefile", "cluster/plan.py"].map((file) => readFileSync(join(root, file), "utf8"));
  const targets = [...page.matchAll(/^make ([\w-]+)|`make ([\w-]+)/gm)].map(([, one, other]) => one ?? other!);
  assert.ok(targets.length >= 5);
  for (const target of targets) assert.match(makefile!, new RegExp(`^${target}:`, "m"));
  for (const [, setting] of page.matchAll(/--set (\w+)=/g)) assert.ok(plan!.includes(`"${setting}"`), setting);
});
