/** What TensorFlow rewrites before a graph runs: the guide says so, and how to keep it from it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-node";
import { capture, scan } from "../src/index.js";

const x = tf.tensor1d([0, 0.3, 1.7, -2.4]);
/** Added and taken away again, float32 keeps the whole numbers alone. */
const LARGE = 1.5 * 2 ** 23;
const rounded = [0, 0, 2, -2];
const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync()).map((value) => value + 0);

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: numbers of the program that cancel are gone; given as an input or a variable they work as eagerly`, async () => {
    const inside = (given: tf.Tensor) => tf.sub(tf.add(given, LARGE), LARGE);
    assert.deepEqual(values(inside(x)), rounded);
    assert.deepEqual(values((await capture(inside, [x], { compile }))(x)), values(x));
    const given = (given: tf.Tensor, large: tf.Tensor) => tf.sub(tf.add(given, large), large);
    assert.deepEqual(values((await capture(given, [x, tf.scalar(LARGE)], { compile }))(x, tf.scalar(LARGE))), rounded);
    const large = tf.variable(tf.scalar(LARGE));
    const held = (given: tf.Tensor) => tf.sub(tf.add(given, large), large);
    assert.deepEqual(values((await capture(held, [x], { compile }))(x)), rounded);
  });

  test(`${compile}: the maximum of roots or logarithms is that of the largest: NaN of the others is gone`, async () => {
    for (const root of [tf.sqrt, tf.log]) {
      const most = (given: tf.Tensor) => tf.max(root(given));
      assert.ok(Number.isNaN(values(most(x))[0]));
      const [captured] = values((await capture(most, [x], { compile }))(x));
      assert.ok(Math.abs(captured! - values(root(tf.scalar(1.7)))[0]!) < 1e-6);
    }
  });
}

test("NaN among values: a graph is as eager, XLA names another place and has no NaN in the gradient of relu6", async () => {
  const holed = tf.tensor1d([3, 1, Number.NaN]);
  const gradient = tf.grad((given: tf.Tensor) => tf.relu6(given));
  for (const [place, xla] of [
    [(given: tf.Tensor) => tf.argMax(given), [2]],
    [(given: tf.Tensor) => tf.argMin(given), [2]],
    [(given: tf.Tensor) => tf.topk(given, 2).indices, [2, 0]],
    [gradient, [1, 1, 0]],
  ] as const) {
    assert.deepEqual(values((await capture(place, [holed]))(holed)), values(place(holed)));
    assert.notDeepEqual(values(place(holed)), xla);
    assert.deepEqual(values((await capture(place, [holed], { compile: "xla" }))(holed)), xla);
  }
});

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: the place of the largest of values that are cut off alike is the first, as eagerly`, async () => {
    const given = tf.tensor2d([
      [-3, -2, -1],
      [20, 30, 25],
      [-30, -20, -25],
    ]);
    for (const cut of [tf.relu, tf.relu6, tf.sigmoid, tf.tanh, tf.sign, tf.exp])
      for (const place of [tf.argMax, tf.argMin]) {
        const find = (x: tf.Tensor) => place(cut(x), 1) as tf.Tensor;
        assert.deepEqual(values((await capture(find, [given], { compile }))(given)), values(find(given)), cut.name);
      }
    const cell = ({ s }: { s: tf.Tensor }, step: tf.Tensor) => ({
      state: { s: tf.add(s, tf.cast(tf.argMax(tf.relu(tf.sub(step, s)), 1), "float32")) },
    });
    const sum = (steps: tf.Tensor) => scan(cell, { s: tf.zeros([2]) }, steps).state.s!;
    const steps = tf.tensor3d([-3, -2, -1, 0, -1, 5, 4, 3, 2, -9, -8, -7], [2, 2, 3]);
    const square = tf.slice(steps, [0, 0, 0], [2, 2, 2]) as tf.Tensor;
    assert.deepEqual(values((await capture(sum, [square], { compile }))(square)), values(sum(square)));
  });
}
