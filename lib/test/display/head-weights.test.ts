import assert from "node:assert/strict";
import { test } from "node:test";
import { headWeights } from "../../src/display/index.js";
import { buildModel } from "../../src/models/index.js";
import { publishedModels, soundModels } from "../../src/studies/index.js";

const sequence = Array.from({ length: 20 }, (_, t) => Math.sin(t));

for (const name of ["ntm", "dms"] as const) {
  test(`${name}: a row a step, head and slot; published heads stand on every slot alike`, () => {
    const rows = headWeights(buildModel(publishedModels[name], 1), sequence);
    assert.equal(rows.length, 20 * 2 * 20);
    assert.deepEqual(new Set(rows.map((row) => row.head)), new Set(["read", "write"]));
    for (const { weight } of rows) assert.ok(Math.abs(20 * weight - 1) < 1e-5);
  });
}

test("several heads of a kind are numbered", () => {
  const rows = headWeights(buildModel({ ...soundModels["dms-periodic"](20), readHeads: 2 }, 1), sequence);
  assert.deepEqual([...new Set(rows.map((row) => row.head))], ["read 1", "read 2", "write"]);
  assert.equal(rows.length, 20 * 3 * 20);
});

test("a model without a memory is refused", () => {
  assert.throws(() => headWeights(buildModel(publishedModels.gru, 1), sequence), /model gru has no memory/);
});
