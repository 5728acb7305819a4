import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillResults, referenceRecords, resultsParts } from "../../src/cli/results-page.js";
import { studies } from "../../src/studies/index.js";
import {
  compare,
  comparisonTable,
  publishedOf,
  recordsOf,
  referenceStore,
  summaryTable,
} from "../../src/study/index.js";

const page = () => readFileSync(join(__dirname, "../../../../docs/results.md"), "utf8");

test("the generated parts of docs/results.md are what the committed records say", () => {
  const text = page();
  assert.ok(
    fillResults(text, resultsParts(referenceRecords())) === text,
    "docs/results.md is stale: run `make results-page`",
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

test("the tables of data/results are those of the committed records of the published study", () => {
  const records = recordsOf(studies.published, referenceStore());
  const committed = (name: string) => readFileSync(join(__dirname, `../../../../data/results/${name}.csv`), "utf8");
  const tables = {
    published: summaryTable(records, publishedOf(studies.published)),
    "published-pairs": comparisonTable(compare(studies.published, records)),
  };
  for (const [name, table] of Object.entries(tables))
    assert.ok(table.writeCSV().toString() === committed(name), `${name}.csv is stale: \`make reproduce\` writes it`);
});
