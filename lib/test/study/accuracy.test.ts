import assert from "node:assert/strict";
import { test } from "node:test";
import { buildModel } from "../../src/models/index.js";
import { attemptResults } from "../../src/studies/accuracy.js";
import { studies } from "../../src/studies/index.js";
import { chosen, evaluationPlan } from "../../src/study/index.js";
import { RunConfig } from "../../src/study/schema.js";
import { bestAttempt } from "./best-attempt.js";
import { nowhere } from "./configs.js";
import { madeUp, madeUpSound } from "./records.js";

const accuracyProtocol = "accuracy";
const accuracyPlan = (seeds: number) => {
  const study = chosen(studies.accuracy, { seeds });
  return evaluationPlan(study, study.parts[0]!, nowhere).specs;
};

test("every attempt reads the 40 features of the canonical split in order, with at most 25,000 parameters", () => {
  const specs = accuracyPlan(1);
  assert.deepEqual(
    specs.map(({ name }) => name),
    Object.keys(studies.accuracy.parts[0]!.models),
  );
  for (const { name, config } of specs) {
    const { data, stride, validation, model } = RunConfig.parse(config);
    assert.equal(data.samples, 5000);
    assert.equal(data.seed, 42);
    assert.equal(stride, 1);
    assert.ok("steps" in model && model.steps === 40 && model.features === 1, `${name} doesn't read 40 steps`);
    assert.ok(validation === undefined || validation === 500, `${name} holds out ${validation}`);
    const built = buildModel(model, 1);
    assert.ok(built.countParams() <= 25_000, `${name} has ${built.countParams()} parameters`);
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

test("attempts are chosen by validation accuracy alone; what has none, or broke, can't be chosen", () => {
  const run = (name: string, seed: number, accuracy: number, correct: number, part = {}) =>
    madeUpSound(name, seed, { accuracy, correct, protocol: accuracyProtocol, ...part });
  const broken = { diverged: { epoch: 3, step: 9, loss: "NaN" } };
  const records = [
    run("dms", 0, 0.9, 700),
    run("dms", 1, 0.8, 700),
    run("ntm", 0, 0.86, 600),
    run("dms-short", 0, 0.99, 790, broken),
    madeUp("gru-large", 0, { correct: 799, protocol: accuracyProtocol }),
  ];
  const results = attemptResults(records);
  assert.deepEqual(
    results.map(({ model, validation }) => [model, validation && Number(validation.toFixed(9))]),
    [
      ["dms-short", null],
      ["dms", 0.85],
      ["ntm", 0.86],
      ["gru-large", null],
    ],
  );
  assert.equal(bestAttempt(results)!.model, "ntm");
  assert.equal(bestAttempt(results)!.mean, 0.75);
  assert.equal(bestAttempt([]), undefined);
});
