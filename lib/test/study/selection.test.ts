import assert from "node:assert/strict";
import { test } from "node:test";
import { accuracy, bestValidation, type RunRecord, summarizeModels } from "../../src/study/index.js";
import { broken, madeUp, madeUpSound } from "./records.js";

test("the best validation epoch: highest accuracy, then lowest loss, then the first", () => {
  const point = (epoch: number, validationAccuracy: number, validationLoss: number) => ({
    epoch,
    trainLoss: 1,
    validationAccuracy,
    validationLoss,
    testLoss: 1,
    testAccuracy: epoch / 10,
  });
  const curve = [point(1, 0.5, 1), point(2, 0.7, 0.9), point(3, 0.7, 0.8), point(4, 0.7, 0.8), point(5, 0.6, 0.1)];
  assert.deepEqual(bestValidation(curve), { epoch: 3, validationAccuracy: 0.7, testAccuracy: 0.3 });
  assert.equal(bestValidation([]), undefined);
  assert.equal(bestValidation(madeUp("gru", 0).curve), undefined);
});

test("a rate is chosen by mean validation accuracy, ties by loss, and never by the test set", () => {
  const run = (rate: number, seed: number, accuracy: number, loss: number, correct: number) =>
    madeUpSound("gru", seed, { rate, accuracy, loss, correct });
  const records = [
    run(0.001, 1000, 0.8, 0.5, 790),
    run(0.001, 1001, 0.6, 0.5, 790),
    run(0.01, 1000, 0.8, 0.6, 100),
    run(0.01, 1001, 0.8, 0.6, 100),
    run(0.03, 1000, 0.9, 0.4, 100),
    run(0.03, 1001, 0.7, 0.7, 100),
  ];
  assert.equal(accuracy.bestRate(records), 0.03); // 0.8 as at 0.01, but with the mean loss 0.55
  assert.equal(accuracy.bestRate(records.slice(0, 4)), 0.01);
  assert.equal(accuracy.bestRate(records.slice(0, 2)), 0.001);
  // 960 of 1,200 either way, which as sums of fractions differ in the last bit
  const shares = (rate: number, loss: number, ...rights: number[]) =>
    rights.map((right, i) => run(rate, 1000 + i, right / 400, loss, 100));
  const equal = [...shares(0.001, 0.4, 300, 316, 344), ...shares(0.01, 0.5, 300, 322, 338)];
  assert.equal(accuracy.bestRate(equal), 0.001);
});

test("a rate at which a run diverged loses to one that trains", () => {
  const good = madeUpSound("gru", 1000, { rate: 0.001, accuracy: 0.5 });
  const better = madeUpSound("gru", 1000, { rate: 0.03, accuracy: 0.9 });
  const failed = broken(madeUpSound("gru", 1001, { rate: 0.03, accuracy: 0.9 }));
  assert.equal(accuracy.bestRate([good, { ...good, seed: 1001 }, better, failed]), 0.001);
  // a mean of 0.45, of which the run that diverged is 0
  const worse = [1000, 1001].map((seed) => madeUpSound("gru", seed, { rate: 0.001, accuracy: 0.44 }));
  assert.equal(accuracy.bestRate([...worse, better, failed]), 0.03);
  // where both rates have the same mean accuracy its loss, which is infinite, decides
  const equal = [1000, 1001].map((seed) => madeUpSound("gru", seed, { rate: 0.04, accuracy: 0.45, loss: 1e9 }));
  assert.equal(accuracy.bestRate([...equal, better, failed]), 0.04);
  assert.throws(() => accuracy.bestRate([]), /no tuning runs/);
  assert.throws(() => accuracy.bestRate([madeUp("gru", 3)]), /the run of gru with seed 3 has no validation accuracy/);
});

test("what changed at the end is the change along a fitted line over the last tenth", () => {
  const curve = (loss: (i: number) => number, validation?: (i: number) => number) =>
    Array.from({ length: 40 }, (_, i) => ({
      epoch: i + 1,
      trainLoss: loss(i),
      ...(validation ? { validationLoss: validation(i), validationAccuracy: 0.5 } : {}),
      testLoss: 1,
      testAccuracy: 0.5,
    }));
  const near = (found: number | null, expected: number) => assert.ok(Math.abs(found! - expected) < 1e-12, `${found}`);
  const end = (...records: RunRecord[]) => summarizeModels(records)[0]!.lastTenth;
  // epochs 37 to 40: 1.3, 1.2, 1.1, 1.0 fall by 0.3 around 1.15
  const falling = madeUp("gru", 0, { curve: curve((i) => 4.9 - i / 10) });
  near(end(falling).trainLoss, -0.3 / 1.15);
  assert.equal(end(falling).validationLoss, null);
  // 1.36 to 1.39
  const overfit = curve(
    () => 0.5,
    (i) => 1 + i / 100,
  );
  const found = end(madeUp("gru", 0, { curve: overfit }));
  assert.equal(found.trainLoss, 0);
  near(found.validationLoss, 0.03 / 1.375);
  const nothing = { trainLoss: null, validationLoss: null };
  assert.deepEqual(end(broken(madeUpSound("gru", 0))), nothing);
  assert.deepEqual(end(madeUp("gru", 0, { curve: overfit.slice(0, 2) })), nothing);
  near(end(falling, { ...broken(falling), seed: 2 }, madeUp("gru", 1, { curve: overfit })).trainLoss, -0.3 / 1.15 / 2);
});
