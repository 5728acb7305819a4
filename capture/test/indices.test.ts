import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { CaptureError, capture, scan } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const whole = (given: number[], shape: number[]) => tf.tensor(given, shape, "int32");
const three = () => tf.tensor1d([1, 2, 3]);
const grid = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);

/** Functions of indices; indices in range, and out of it. */
const ops: Record<string, [(i: Tensor) => Tensor, number[], number[][], shape: number[]]> = {
  gather: [
    (i) => tf.gather(three(), i as never),
    [0, 2],
    [
      [0, 3],
      [-1, 0],
    ],
    [2],
  ],
  gatherND: [
    (i) => tf.gatherND(grid(), i),
    [1, 2, 0, 1],
    [
      [2, 2, 0, 1],
      [1, 2, 0, 3],
      [1, -1, 0, 0],
    ],
    [2, 2],
  ],
  scatterND: [
    (i) => tf.scatterND(i as never, tf.tensor1d([5, 6]), [2, 3]),
    [1, 2, 0, 1],
    [
      [2, 0, 0, 1],
      [0, 3, 0, 1],
    ],
    [2, 2],
  ],
  tensorScatterUpdate: [(i) => tf.tensorScatterUpdate(three(), i as never, tf.tensor1d([5])), [2], [[3], [-1]], [1, 1]],
  // negative segments are dropped, by TensorFlow too
  unsortedSegmentSum: [(i) => tf.unsortedSegmentSum(three(), i as never, 2), [1, -1, 1], [[0, 2, 1]], [3]],
  sparseToDense: [(i) => tf.sparseToDense(i, tf.tensor1d([5, 6]), [3]), [0, 2], [[0, 3]], [2]],
};

for (const compile of ["graph", "xla"] as const) {
  for (const [name, [fn, good, bad, shape]] of Object.entries(ops)) {
    test(`${compile}: ${name} with indices out of range is an error in one line`, async () => {
      const captured = await capture(fn, [whole(good, shape)], { compile });
      assert.deepEqual(values(captured(whole(good, shape))), values(fn(whole(good, shape))));
      const oneLine = (error: unknown) => error instanceof CaptureError && !error.message.includes("\n");
      for (const each of bad) {
        assert.throws(() => captured(whole(each, shape)), oneLine, String(each));
        assert.throws(() => fn(whole(each, shape)), Error, "eagerly too");
      }
      captured.dispose();
    });
  }

  test(`${compile}: a scatter inside scan's cell never leaves out a wrong index in silence`, async () => {
    const run = (i: Tensor) =>
      scan(
        ({ h }, at) => ({ state: { h: h.add(tf.scatterND(at as never, tf.tensor1d([5]), [3])) as Tensor } }),
        {
          h: tf.zeros([3]),
        },
        i,
      ).state.h;
    const captured = await capture(run, [whole([0, 1], [1, 2, 1])], { compile });
    assert.deepEqual(values(captured(whole([0, 2], [1, 2, 1]))), [5, 0, 5]);
    if (compile === "xla") assert.deepEqual(values(captured(whole([0, 3], [1, 2, 1]))), [NaN, NaN, NaN]);
    else assert.throws(() => captured(whole([0, 3], [1, 2, 1])), CaptureError);
    captured.dispose();
  });

  test(`${compile}: a gather by two axes inside scan's cell gives NaN for a wrong index`, async () => {
    const run = (i: Tensor) =>
      scan(({ h }, at) => ({ state: { h: h.add(tf.gatherND(grid(), at)) as Tensor } }), { h: tf.zeros([1]) }, i).state
        .h;
    const captured = await capture(run, [whole([0, 1, 1, 2], [1, 2, 2])], { compile });
    assert.deepEqual(values(captured(whole([0, 1, 1, 2], [1, 2, 2]))), [8]);
    if (compile === "xla") assert.deepEqual(values(captured(whole([0, 1, 0, 3], [1, 2, 2]))), [NaN]);
    else assert.throws(() => captured(whole([0, 1, 0, 3], [1, 2, 2])), CaptureError);
    captured.dispose();
  });

  test(`${compile}: the mean of whole numbers is a fraction`, async () => {
    const captured = await capture((x: Tensor) => tf.mean(x), [whole([1, 2], [2])], { compile });
    assert.deepEqual(values(captured(whole([5, 6], [2]))), [5.5]);
    captured.dispose();
  });
}
