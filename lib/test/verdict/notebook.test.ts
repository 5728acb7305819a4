import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { verdictMarkdown, verdictRecords } from "../../src/verdict/index.js";

interface Cell {
  source: string[];
  outputs?: { data?: Record<string, string[]> }[];
}

/** What a cell of notebook 04 showed as Markdown, the cell being the one whose code calls `name`. */
function shown(name: string): string {
  const path = join(__dirname, "../../../../notebooks/04-results.ipynb");
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as { cells: Cell[] };
  const cell = cells.find(({ source, outputs }) => outputs && source.join("").includes(name));
  const [output, ...others] = cell?.outputs ?? [];
  assert.ok(output?.data && others.length === 0, `notebook 04 has no cell that shows ${name}`);
  return output.data["text/markdown"]!.join("");
}

test("notebook 04 shows the verdict of the committed records", (t) => {
  // one that a reader executed shows what their own runs say
  if (!shown("found.own").includes("0 runs of this machine"))
    return t.skip("notebook 04 was executed with this machine's runs");
  const expected = verdictMarkdown(verdictRecords({ reference: true }));
  assert.ok(
    shown("verdictMarkdown(found)") === expected,
    "notebook 04 is stale: execute it again (scripts/run_notebooks.py 04-results)",
  );
  assert.match(expected, /\*\*As published\*\*, with \d+ seeds a model/);
});
