import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { CaptureError, capture, captureTraining, classWeights, type Trainer } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const squares = (targets: Tensor, outputs: Tensor, weights?: Tensor) => {
  const each = tf.mean(tf.square(tf.sub(targets, outputs)), -1);
  return tf.mean(weights ? tf.mul(each, weights) : each) as tf.Scalar;
};

const [x, y] = [tf.ones([6, 4]), tf.ones([6, 2])];
const twice = (tensor: Tensor) => tf.stack([tensor, tensor]);
const model = () => tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] })] });

const mistakes: [string, (trainer: Trainer) => unknown, RegExp][] = [
  ["fewer targets", (t) => t.step(x, tf.ones([5, 2]), 0.1), /targets are float32 \[5,2\], expected \[6, \.\.\.\]: one/],
  ["one target for all", (t) => t.step(x, tf.ones([1, 2]), 0.1), /targets are float32 \[1,2\], expected \[6, \.\.\.\]/],
  ["a scalar as targets", (t) => t.step(x, tf.scalar(1), 0.1), /targets are float32 \[\], expected \[6, \.\.\.\]/],
  ["one weight for all", (t) => t.step(x, y, 0.1, tf.ones([1])), /sample weights are float32 \[1\], expected \[6\]/],
  ["weights in a column", (t) => t.step(x, y, 0.1, tf.ones([6, 1])), /weights are float32 \[6,1\], expected \[6\]/],
  ["no rows", (t) => t.step(tf.zeros([0, 4]), tf.zeros([0, 2]), 0.1), /inputs have shape \[0,4\], expected at least/],
  ["other batches", (t) => t.steps(twice(x), tf.ones([2, 5, 2]), [0.1]), /targets are .*, expected \[2,6, \.\.\.\]/],
  ...[undefined, "0.1", Number.NaN, -1, Number.POSITIVE_INFINITY].flatMap(
    (rate): [string, (trainer: Trainer) => unknown, RegExp][] => [
      [`the rate ${rate}`, (t) => t.step(x, y, rate as number), /learning rate is .*, expected a number of at least 0/],
      [`the rates ${rate}`, (t) => t.steps(twice(x), twice(y), [rate as number]), /learning rate is .*, expected a/],
    ],
  ),
  [
    "no rates",
    (t) => t.steps(twice(x), twice(y), undefined as never),
    /learning rates are undefined, expected an array/,
  ],
  ...["ab", null, 5, [0, 1], [1.5, 1], [1], [2 ** 40, 1]].map(
    (steps): [string, (trainer: Trainer) => unknown, RegExp] => [
      `the sequence steps ${JSON.stringify(steps)}`,
      (t) => t.steps(twice(x), twice(y), [0.1, 0.1], undefined, steps as never),
      /sequenceSteps are .*, expected 2 whole numbers of at least 1: one for each batch/,
    ],
  ),
  [
    "targets that are text",
    (t) => t.step(x, tf.fill([6, 2], "a"), 0.1),
    /targets are string \[6,2\], expected a tensor of float32, int32 or bool/,
  ],
  [
    "complex targets",
    (t) => t.step(x, tf.complex(y, y), 0.1),
    /targets are complex64 \[6,2\], expected a tensor of float32, int32 or bool/,
  ],
  ["progress in per cent", (t) => t.progress(50), /^progress is 50, expected a share of the training from 0 to 1$/],
  ["half a row expected", (t) => t.expect(0.5, 3), /^rows is 0\.5, expected/],
  ["no steps expected", (t) => t.expect(6, -1), /^steps is -1, expected/],
  [
    "compiling for no call",
    (t) => t.secondsToCompile("stpe" as never, x, y),
    /secondsToCompile is asked for "stpe", expected "step" or "steps"/,
  ],
];

for (const [what, call, expected] of mistakes) {
  test(`${what}: refused in one line, and the weights stay`, async () => {
    const trained = model();
    const trainer = await captureTraining(trained, { loss: squares, compile: "graph" });
    const before = trained.getWeights().map((weight) => weight.dataSync().slice());
    assert.throws(
      () => call(trainer),
      (error: Error) => expected.test(error.message) && !error.message.includes("\n"),
    );
    assert.deepEqual(
      trained.getWeights().map((weight) => weight.dataSync()),
      before,
    );
    trainer.dispose();
    trained.dispose();
  });
}

test("a trainer that was disposed says so, whatever it is asked for; disposing twice is fine", async () => {
  const trained = model();
  const trainer = await captureTraining(trained, { loss: squares, compile: "graph" });
  trainer.step(x, y, 0.1);
  trainer.dispose();
  trainer.dispose();
  const calls = [() => trainer.step(x, y, 0.1), () => trainer.predict(x), () => trainer.reset()];
  for (const call of calls) assert.throws(call, /^UserError: this trainer was disposed: capture the training again$/);
  trained.dispose();
});

test("example inputs that are disposed, or have a type that graphs don't, are named", async () => {
  const gone = tf.ones([1]);
  gone.dispose();
  await assert.rejects(
    capture((a: Tensor) => a, [gone]),
    /example input 0 was disposed: pass a live tensor/,
  );
  for (const odd of [tf.complex([1], [1]), tf.tensor(["a"])])
    await assert.rejects(
      capture((_: Tensor, b: Tensor) => b, [x, odd]),
      (error: Error) =>
        error instanceof CaptureError && /input 1 has type (complex64|string), only/.test(error.message),
    );
});

test("targets without the output's last axis of 1 are refused: they would be broadcast, where fit adds the axis", async () => {
  const column = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
  const trainer = await captureTraining(column, { loss: squares });
  const expected = /targets are float32 \[.*\], but the output has one more axis, of size 1: give them as \[.*,1\]/;
  assert.throws(() => trainer.step(x, tf.ones([6]), 0.1), expected);
  assert.throws(() => trainer.steps(twice(x), tf.ones([2, 6]), [0.1]), expected);
  assert.ok(trainer.step(x, tf.ones([6, 1]), 0.1) >= 0);
  trainer.dispose();
});

test("class weights that aren't numbers, or labels that aren't whole, are refused in one line", () => {
  const labels = tf.tensor1d([0, 1], "int32");
  const refused: [() => unknown, RegExp][] = [
    [() => classWeights(tf.tensor1d([0, 1]), [1, 2]), /labels are a tf\.Tensor.*, expected an int32 tensor: tf\.cast/],
    [() => classWeights([0, 1] as never, [1, 2]), /labels are \[0,1\], expected an int32 tensor/],
    [() => classWeights(labels, [1, Number.NaN]), /class weights are .*, expected an array of numbers/],
    [() => classWeights(labels, { 0: 1, 1: 2 } as never), /class weights are .*, expected an array of numbers/],
    [() => classWeights(labels, [1]), /class weights are \[1\], label 1 has none: expected one for each class/],
  ];
  for (const [run, expected] of refused)
    assert.throws(run, (error: Error) => expected.test(error.message) && !error.message.includes("\n"));
});
