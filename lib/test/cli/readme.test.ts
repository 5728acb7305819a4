import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillReadme, readmeParts, referenceRecords } from "../../src/cli/readme.js";

const readme = () => readFileSync(join(__dirname, "../../../../README.md"), "utf8");

test("the README's generated parts are what the committed records say", () => {
  const text = readme();
  assert.ok(fillReadme(text, readmeParts(referenceRecords())) === text, "README.md is stale: run `make readme`");
});

test("a part that says something else is found stale", () => {
  const records = referenceRecords();
  const [first, ...rest] = records.published;
  const other = { ...first!, result: { ...first!.result, correct: 799, testAccuracy: 799 / 800 } };
  const parts = readmeParts({ ...records, published: [other, ...rest], degeneracy: null });
  for (const name of ["finding", "results", "verdict"]) {
    const text = readme();
    assert.notEqual(fillReadme(text, { [name]: parts[name]! }), text, name);
  }
});

test("a README without the marks is refused", () => {
  assert.throws(() => fillReadme("# nothing", { results: "x" }), /lacks the lines/);
});
