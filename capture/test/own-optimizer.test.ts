import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { captureTraining, type Loss, type Optimizer } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const squares: Loss = (targets, predictions) => tf.mean(tf.squaredDifference(targets, predictions)) as Scalar;
const [x, y] = [tf.ones([4, 3]), tf.ones([4, 2])];
const make = () =>
  tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3], kernelInitializer: "zeros" })] });

/** Plain gradient descent that hands its state on, with mistakes to make. */
const own = (other: Partial<Record<keyof Optimizer, unknown>>): Optimizer => ({
  name: "own",
  init: () => [],
  update: (gradients, state, parameters, rate) => ({
    parameters: parameters.map((p, i) => tf.sub(p, tf.mul(gradients[i]!, rate))),
    state: state.map((tensor) => tf.mul(tensor, tf.onesLike(tensor))),
  }),
  ...(other as object),
});

const mistakes: [string, Partial<Record<keyof Optimizer, unknown>>, RegExp][] = [
  ["no state", { init: () => undefined }, /own: init gives undefined, expected an array of tensors, \[\] for no state/],
  ["a number as state", { init: () => [1] }, /own: init gives \[1\], expected an array of tensors/],
  ["an async init", { init: async () => [] }, /the optimizer's init is async, nothing awaits it/],
  [
    "whole numbers as parameters",
    { update: (_: Tensor[], state: Tensor[], p: Tensor[]) => ({ parameters: p.map((each) => each.toInt()), state }) },
    /own: parameters 0 is int32 after an update, expected float32 as before: tf.cast it/,
  ],
  [
    "a state that becomes a float",
    {
      init: () => [tf.scalar(0, "int32")],
      update: (_: Tensor[], state: Tensor[], parameters: Tensor[]) => ({ parameters, state: [tf.mul(state[0]!, 0.5)] }),
    },
    /own: state 0 is float32 after an update, expected int32 as before: tf.cast it/,
  ],
];

for (const [what, other, expected] of mistakes) {
  test(`an optimizer of one's own with ${what} is refused in one line, and the weights stay`, async () => {
    const model = make();
    await assert.rejects(
      (async () =>
        (await captureTraining(model, { loss: squares, optimizer: own(other), compile: "graph" })).step(x, y, 1))(),
      (error: Error) => expected.test(error.message) && !error.message.includes("\n"),
    );
    for (const weight of model.getWeights()) assert.ok(weight.dataSync().every((value) => value === 0));
  });
}

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: a state that starts as the weights themselves, or as one tensor twice, is the trainer's own`, async () => {
    const zero = tf.scalar(0);
    for (const init of [(weights: readonly Tensor[]) => [...weights], () => [zero, zero]]) {
      const [model, plain] = [make(), make()];
      const trainers = [
        await captureTraining(model, { loss: squares, optimizer: own({ init }), compile }),
        await captureTraining(plain, { loss: squares, optimizer: own({}), compile }),
      ];
      const [got, want] = trainers.map((trainer) => {
        const first = trainer.step(x, y, 0.1);
        const more = trainer.steps(tf.stack([x, x]), tf.stack([y, y]), [0.1, 0.1]);
        trainer.reset();
        const last = trainer.step(x, y, 0.1);
        trainer.dispose();
        return [first, ...more, last];
      });
      got!.forEach((loss, i) => {
        assert.ok(Math.abs(loss - want![i]!) < 1e-6, `loss ${i} is ${loss}, without a state ${want![i]}`);
      });
      assert.ok(!model.getWeights().some(({ isDisposed }) => isDisposed));
      (model.predict(x) as Tensor).dataSync();
    }
    assert.equal(zero.isDisposed, false);
  });
}
