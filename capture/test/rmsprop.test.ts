import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { captureTraining, clipByValue, rmsprop } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

test("RMSProp is Graves's: three steps by hand", () => {
  tf.tidy(() => {
    const optimizer = rmsprop();
    let parameters: Tensor[] = [tf.scalar(1), tf.tensor1d([2, 3])];
    let state = optimizer.init(parameters);
    let [p, n, g, delta] = [1, 0, 0, 0];
    for (let t = 1; t <= 3; t++) {
      const gradient = 0.5 * t;
      const gradients = [tf.scalar(gradient), tf.tensor1d([0, gradient])];
      ({ parameters, state } = optimizer.update(gradients, state, parameters, tf.scalar(0.1)));
      n = 0.95 * n + 0.05 * gradient ** 2;
      g = 0.95 * g + 0.05 * gradient;
      delta = 0.9 * delta - (0.1 * gradient) / Math.sqrt(n - g ** 2 + 1e-4);
      p += delta;
      assert.ok(Math.abs(parameters[0]!.dataSync()[0]! - p) < 1e-5);
    }
    const [still, moved] = parameters[1]!.dataSync();
    assert.equal(still, 2);
    assert.ok(Math.abs(moved! - (p + 2)) < 1e-5);
  });
});

for (const compile of ["graph", "xla"] as const)
  test(`${compile}: a gradient that stays the same has no variance, which rounding makes negative, and no NaN comes of it`, async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [1], useBias: false })] });
    const loss = (_: Tensor, predictions: Tensor) => tf.mean(predictions) as Scalar;
    const trainer = await captureTraining(model, { loss, optimizer: rmsprop(), compile });
    const capacity = 600;
    const x = tf.fill([capacity, 1, 1], 2718.28);
    const losses = trainer.steps(x, tf.ones([capacity, 1, 1]), new Array(capacity).fill(1e-6));
    assert.equal(
      losses.findIndex((value) => !Number.isFinite(value)),
      -1,
    );
    trainer.dispose();
  });

test("clipping by value cuts every number by itself, on both sides", () => {
  tf.tidy(() => {
    let seen: number[] = [];
    const spy = {
      name: "spy",
      init: () => [],
      update: (gradients: readonly Tensor[]) => {
        seen = gradients.flatMap((gradient) => Array.from(gradient.dataSync()));
        return { parameters: [], state: [] };
      },
    };
    const optimizer = clipByValue(spy, 10);
    assert.equal(optimizer.name, "spy, gradients within 10");
    optimizer.update([tf.tensor1d([-30, -10, 0.5]), tf.scalar(11)], [], [], tf.scalar(1));
    assert.deepEqual(seen, [-10, -10, 0.5, 10]);
  });
});
