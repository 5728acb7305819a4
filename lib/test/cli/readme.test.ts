import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillReadme, readmeParts } from "../../src/cli/readme.js";
import { plan, referenceStore } from "../../src/study/index.js";

const readme = () => readFileSync(join(__dirname, "../../../../README.md"), "utf8");

test("the README's generated parts are what the committed records say", () => {
  const records = plan("published").map((spec) => referenceStore().find(spec));
  assert.ok(
    records.every((record) => record !== undefined),
    "every run of the protocol has a committed record",
  );
  const text = readme();
  assert.ok(
    fillReadme(text, readmeParts(records as NonNullable<(typeof records)[number]>[])) === text,
    "README.md is stale: run `make readme`",
  );
});

test("a README without the marks is refused", () => {
  assert.throws(() => fillReadme("# nothing", { results: "x" }), /lacks the lines/);
});
