import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { verdictMarkdown, verdictRecords } from "../../src/verdict/index.js";

const PATH = join(__dirname, "../../../../notebooks/04-results.ipynb");

interface Cell {
  source: string[];
  outputs?: { data?: Record<string, string[]> }[];
}

/** What a cell of notebook 04 showed as Markdown, the cell being the one whose code calls `name`. */
function shown(name: string): string {
  const { cells } = JSON.parse(readFileSync(PATH, "utf8")) as { cells: Cell[] };
  const cell = cells.find(({ source, outputs }) => outputs && source.join("").includes(name));
  const [output, ...others] = cell?.outputs ?? [];
  assert.ok(output?.data && others.length === 0, `notebook 04 has no cell that shows ${name}`);
  return output.data["text/markdown"]!.join("");
}

/** Whether the file differs from the one that git has; without git nobody can tell. */
function changedSinceCommit(): boolean {
  return spawnSync("git", ["diff", "--quiet", "HEAD", "--", PATH], { cwd: dirname(PATH) }).status !== 0;
}

test("notebook 04 shows the verdict of the committed records", () => {
  // one that a reader executed shows what their own runs say, but none like that may be committed
  if (!/ on 0 runs of this machine/.test(shown("found.own"))) {
    assert.ok(
      changedSinceCommit(),
      "notebook 04 was committed with one machine's runs: execute it with those of the repository",
    );
    return;
  }
  const expected = verdictMarkdown(verdictRecords({ reference: true }));
  assert.ok(
    shown("verdictMarkdown(found)") === expected,
    "notebook 04 is stale: execute it again (scripts/run_notebooks.py 04-results)",
  );
  assert.match(expected, /\*\*As published\*\*, with \d+ seeds a model/);
});
