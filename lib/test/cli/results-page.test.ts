import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillResults, referenceRecords, resultsParts } from "../../src/cli/results-page.js";

const page = () => readFileSync(join(__dirname, "../../../../docs/results.md"), "utf8");

test("the generated parts of docs/results.md are what the committed records say", () => {
  const text = page();
  assert.ok(
    fillResults(text, resultsParts(referenceRecords())) === text,
    "docs/results.md is stale: run `make readme`",
  );
});

test("a part that says something else is found stale", () => {
  const records = referenceRecords();
  const [first, ...rest] = records.published;
  const other = { ...first!, result: { ...first!.result, correct: 799, testAccuracy: 799 / 800 } };
  const parts = resultsParts({ ...records, published: [other, ...rest] });
  for (const name of ["results", "published"]) {
    const text = page();
    assert.notEqual(fillResults(text, { [name]: parts[name]! }), text, name);
  }
});

test("a page without the marks is refused", () => {
  assert.throws(() => fillResults("# nothing", { results: "x" }), /lacks the lines/);
});
