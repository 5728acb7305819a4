/** What has no place in a captured function: the line says what it was, the process lives, and it works outside. */
import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { CaptureError, capture, captureTraining } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const [x, labels] = [tf.ones([2, 2]), tf.tensor1d([0, 1], "int32")];

function small() {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  return model;
}

const model = small();
const nested = /another capture is running .*call the inner function eagerly/;
const training = /a training step can't run inside a captured function, it would run once: call it outside$/;

/** Each begins something in a function that is being captured. */
const MISPLACED: Record<string, [begin: (y: Tensor) => unknown, says: RegExp]> = {
  "a capture": [(y) => capture((z: Tensor) => z, [y]), nested],
  "a captureTraining": [() => captureTraining(model), nested],
  "a capture, called though nobody awaited it": [
    (y) => (capture((z: Tensor) => z, [y]) as never as () => void)(),
    nested,
  ],
  "a model's fit": [(y) => model.fit(y, y, { verbose: 0 }), /LayersModel\.fit .*captureTraining/],
  "a model's trainOnBatch": [(y) => model.trainOnBatch(y, y), /LayersModel\.trainOnBatch .*captureTraining/],
  "a model's fitDataset": [
    (y) => model.fitDataset(tf.data.array([{ xs: y, ys: y }]), { epochs: 1, verbose: 0 }),
    /LayersModel\.fitDataset .*captureTraining/,
  ],
};

test("what has no place in a captured function is named, and the process lives", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  for (const [what, [begin, says]] of Object.entries(MISPLACED)) {
    const fn = (y: Tensor) => {
      begin(y);
      return tf.relu(y);
    };
    await assert.rejects(capture(fn, [x]), (error) => {
      assert.ok(error instanceof CaptureError, what);
      assert.match(error.message, says);
      return true;
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
  assert.ok(Number.isFinite((await model.fit(x, x, { verbose: 0 })).history.loss![0]));
  assert.ok(Number.isFinite(await model.trainOnBatch(x, x)));
});

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: a trainer in a captured function says so, whether it has compiled or not, and trains after that`, async () => {
    const trainer = await captureTraining(model, { compile });
    const [several, rows] = [tf.stack([x]), tf.stack([labels])];
    const calls: Record<string, () => unknown> = {
      step: () => trainer.step(x, labels, 0.1),
      steps: () => trainer.steps(several, rows, [0.1]),
      secondsToCompile: () => trainer.secondsToCompile("step", x, labels),
      reset: () => trainer.reset(),
    };
    const refused = async () => {
      for (const [what, call] of Object.entries(calls)) {
        const fn = (y: Tensor) => {
          call();
          return tf.relu(y);
        };
        await assert.rejects(capture(fn, [x]), training, what);
      }
    };
    await refused();
    assert.ok(trainer.step(x, labels, 0.1) > 0);
    await refused();
    assert.ok(trainer.step(x, labels, 0.1) > 0);
    trainer.dispose();
  });
}
