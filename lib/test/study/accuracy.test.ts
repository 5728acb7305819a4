import assert from "node:assert/strict";
import { test } from "node:test";
import { buildModel } from "../../src/models/index.js";
import { accuracyAttempts, accuracyLimit, accuracyPlan } from "../../src/study/index.js";
import { RunConfig } from "../../src/study/schema.js";

test("every attempt reads the 40 features of the canonical split in order, with at most 25,000 parameters", () => {
  const specs = accuracyPlan(1);
  assert.deepEqual(
    specs.map(({ name }) => name),
    Object.keys(accuracyAttempts),
  );
  for (const { name, config } of specs) {
    const { data, stride, validation, model } = RunConfig.parse(config);
    assert.equal(data.samples, 5000);
    assert.equal(data.seed, 42);
    assert.equal(stride, 1);
    assert.ok("steps" in model && model.steps === 40 && model.features === 1, `${name} doesn't read 40 steps`);
    assert.ok(validation === undefined || validation === 500, `${name} holds out ${validation}`);
    const built = buildModel(model, 1);
    assert.ok(built.countParams() <= accuracyLimit, `${name} has ${built.countParams()} parameters`);
    built.dispose();
  }
});

test("the plan goes seed by seed, and no two runs share a file", () => {
  const specs = accuracyPlan(3);
  assert.deepEqual([...new Set(specs.map(({ seed }) => seed))], [0, 1, 2]);
  assert.deepEqual(
    specs.map(({ seed }) => seed),
    specs.map(({ seed }) => seed).sort(),
  );
  assert.equal(new Set(specs.map(({ name, seed }) => `${name} ${seed}`)).size, specs.length);
});
