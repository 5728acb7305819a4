import assert from "node:assert/strict";
import { test } from "node:test";
import { atBestValidation, bestValidation, chooseRate, flatness } from "../../src/study/index.js";
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

test("records as of their best validation epoch", () => {
  const record = madeUpSound("gru", 0, { correct: 640 });
  const better = { ...record.result, bestValidation: { epoch: 3, validationAccuracy: 0.9, testAccuracy: 0.81125 } };
  const [best, none] = atBestValidation([{ ...record, result: better }, broken(record), madeUp("gru", 0)]);
  assert.deepEqual([best!.result.testAccuracy, best!.result.correct], [0.81125, 649]);
  assert.deepEqual(none, broken(record));
  assert.equal(atBestValidation([madeUp("gru", 0)]).length, 0);
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
  const { rate, edge, scores } = chooseRate(records);
  assert.deepEqual([rate, edge], [0.03, "highest"]); // 0.8 as at 0.01, but with the mean loss 0.55
  assert.ok(Math.abs(scores[0]!.accuracy - 0.7) < 1e-12);
  assert.deepEqual([scores.map((score) => score.runs), chooseRate(records.slice(2, 4)).edge], [[2, 2, 2], null]);
});

test("a rate at which a run diverged loses to one that trains", () => {
  const good = madeUpSound("gru", 1000, { rate: 0.001, accuracy: 0.5 });
  const better = madeUpSound("gru", 1000, { rate: 0.03, accuracy: 0.9 });
  const failed = broken(madeUpSound("gru", 1001, { rate: 0.03, accuracy: 0.9 }));
  const choice = chooseRate([good, { ...good, seed: 1001 }, better, failed]);
  assert.equal(choice.rate, 0.001);
  assert.deepEqual(choice.scores[1], {
    rate: 0.03,
    runs: 2,
    diverged: 1,
    accuracy: 0.45,
    loss: Number.POSITIVE_INFINITY,
  });
  assert.throws(() => chooseRate([]), /no tuning runs/);
  assert.throws(() => chooseRate([madeUp("gru", 3)]), /the run of gru with seed 3 has no validation accuracy/);
});

test("flatness is the change along a fitted line over the last tenth", () => {
  const curve = (loss: (i: number) => number, validation?: (i: number) => number) =>
    Array.from({ length: 40 }, (_, i) => ({
      epoch: i + 1,
      trainLoss: loss(i),
      ...(validation ? { validationLoss: validation(i), validationAccuracy: 0.5 } : {}),
      testLoss: 1,
      testAccuracy: 0.5,
    }));
  // epochs 37 to 40: 1.3, 1.2, 1.1, 1.0 fall by 0.3 around 1.15
  const falling = flatness(madeUp("gru", 0, { curve: curve((i) => 4.9 - i / 10) }))!;
  assert.equal(falling.epochs, 4);
  assert.ok(Math.abs(falling.trainLoss + 0.3 / 1.15) < 1e-12);
  assert.deepEqual([falling.validationLoss, falling.flat], [null, false]);
  const overfit = curve(
    () => 0.5,
    (i) => 1 + i / 100,
  );
  assert.equal(flatness(madeUp("gru", 0, { curve: overfit }))!.flat, true);
  const learning = curve(
    () => 0.5,
    (i) => 2 - i / 40,
  );
  assert.equal(flatness(madeUp("gru", 0, { curve: learning }))!.flat, false);
  assert.equal(flatness(broken(madeUpSound("gru", 0))), null);
  assert.equal(flatness(madeUp("gru", 0, { curve: overfit.slice(0, 2) })), null);
});
