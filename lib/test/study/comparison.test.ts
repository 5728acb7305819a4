import assert from "node:assert/strict";
import { test } from "node:test";
import { compareModels, orderShares, rankModels, summarizeModels } from "../../src/study/index.js";
import { broken, madeUp, madeUpSound } from "./records.js";

const near = (a: number, b: number, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} and ${b}`);
const runs = (name: string, corrects: number[]) => corrects.map((correct, seed) => madeUp(name, seed, { correct }));

test("pairs are compared over the seeds that both have, and corrected for all of them", () => {
  const ten = Array.from({ length: 10 }, (_, i) => 600 + i);
  const records = [
    ...runs(
      "a",
      ten.map((c) => c + 16),
    ),
    ...runs("b", ten),
    ...runs(
      "c",
      ten.slice(0, 3).map((c) => c - 1),
    ),
  ];
  const [ab, ac, bc] = compareModels(records);
  assert.deepEqual([ab!.model, ab!.against, ab!.seeds], ["a", "b", 10]);
  near(ab!.mean, 0.02);
  near(ab!.p, 2 / 1024);
  near(ab!.corrected, 6 / 1024);
  assert.equal(ab!.real, true);
  assert.deepEqual([ac!.seeds, bc!.seeds], [3, 3]);
  near(ac!.p, 2 / 8);
  assert.deepEqual([bc!.real, bc!.corrected], [false, 0.5]);
  const [only] = compareModels(records, [["b", "a"]]);
  near(only!.mean, -0.02);
  near(only!.corrected, 2 / 1024);
  assert.deepEqual(compareModels(records, [["a", "nobody"]]), []);
});

test("one seed gives a difference and no interval", () => {
  const [pair] = compareModels([...runs("a", [620]), ...runs("b", [600])]);
  assert.deepEqual([pair!.sd, pair!.interval, pair!.t, pair!.p, pair!.real], [null, null, null, 1, false]);
});

test("records of two protocols are not compared", () => {
  const records = [madeUp("a", 0), madeUpSound("b", 0)];
  assert.throws(() => compareModels(records), /of published, 800 test samples and of sound-20, 800 test samples/);
});

test("ranking: average ranks over common seeds, groups by the pairs that differ", () => {
  const ten = Array.from({ length: 10 }, (_, i) => 600 + (i % 4));
  const records = [
    ...runs(
      "low",
      ten.map((c) => c - 50),
    ),
    ...runs("a", ten),
    ...runs(
      "b",
      ten.map((c, i) => c + (i % 2 ? 3 : -3)),
    ),
  ];
  const ranking = rankModels(records, compareModels(records))!;
  assert.deepEqual(ranking.models, [
    { model: "a", rank: 1.5 },
    { model: "b", rank: 1.5 },
    { model: "low", rank: 3 },
  ]);
  assert.deepEqual([ranking.groups, ranking.seeds], [[["a", "b"]], 10]);
  assert.ok(ranking.p < 0.01);
  assert.equal(rankModels(runs("a", ten), []), null);
  assert.equal(rankModels([...runs("a", ten), madeUp("b", 99)], []), null);
});

test("shares of an order from records", () => {
  const records = [...runs("a", [5, 3, 4]), ...runs("b", [4, 1])];
  assert.deepEqual(orderShares(records, ["a", "b"]), { independent: 4 / 6, combinations: 6, paired: 1, seeds: 2 });
  assert.equal(orderShares(records, ["a", "c"]), null);
});

test("a model's summary keeps the spread of seeds apart from that of the test set, and counts what diverged", () => {
  const records = [0, 1, 2].map((seed) => madeUpSound("gru", seed, { correct: 640 + 8 * seed }));
  const [summary] = summarizeModels([...records, broken(madeUpSound("gru", 3))]);
  near(summary!.mean, (0.8 + 0.81 + 0.82 + 0.1) / 4);
  assert.deepEqual([summary!.seeds, summary!.diverged, summary!.learningRate], [4, 1, 0.003]);
  // the broken run has no best epoch
  near(summary!.atBestValidation!, (0.8 + 0.81 + 0.82 + 0.1) / 4);
  assert.ok(summary!.interval!.low < 0.3 && summary!.testSet.low > 0.59);
  assert.deepEqual(summary!.lastTenth, { trainLoss: 0, validationLoss: 0 });
  const [published] = summarizeModels([madeUp("gru", 0), { ...madeUp("gru", 1), learningRate: 0.01 }]);
  assert.deepEqual(
    [published!.learningRate, published!.atBestValidation, published!.lastTenth.validationLoss],
    [null, null, null],
  );
  near(published!.lastTenth.trainLoss!, -0.36 / ((1 + 0.8 + 0.64) / 3));
});
