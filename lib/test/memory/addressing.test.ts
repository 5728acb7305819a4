import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import {
  circularConvolution,
  contentWeights,
  discrete,
  gaussian,
  interpolate,
  read,
  type Shift,
  sharpenByPower,
  wrap,
  write,
} from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const rows = (tensor: Tensor) => tensor.arraySync() as number[][];
const near = (actual: number[], expected: number[], tolerance = 1e-6) =>
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `[${actual}] and [${expected}]`);
  });
const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);

test("content weighting by hand: the slot that matches the key wins, more so with more strength", () => {
  const memory = tf.tensor3d([
    [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, 0],
    ],
  ]);
  const key = tf.tensor2d([[2, 0]]);
  for (const strength of [0.5, 5]) {
    const e = [1, 0, -1, 0].map((cosine) => Math.exp(strength * cosine));
    near(
      rows(contentWeights(memory, key, tf.tensor2d([[strength]])))[0]!,
      e.map((x) => x / sum(e)),
    );
  }
});

test("content weighting of a zero memory and a zero key is uniform, with finite gradients", () => {
  const [memory, key] = [tf.zeros([1, 3, 2]) as Tensor3D, tf.zeros([1, 2]) as Tensor2D];
  near(rows(contentWeights(memory, key, tf.tensor2d([[3]])))[0]!, [1 / 3, 1 / 3, 1 / 3]);
  const gradients = tf.grads((m: Tensor, k: Tensor) =>
    tf.sum(tf.square(contentWeights(m as Tensor3D, k as Tensor2D, tf.tensor2d([[3]])))),
  )([memory, key]);
  for (const gradient of gradients) assert.ok(Array.from(gradient.dataSync()).every(Number.isFinite));
});

test("the gate chooses between content and the previous weighting", () => {
  const [content, previous] = [tf.tensor2d([[1, 0]]), tf.tensor2d([[0.2, 0.8]])];
  near(rows(interpolate(content, previous, tf.tensor2d([[0]])))[0]!, [0.2, 0.8]);
  near(rows(interpolate(content, previous, tf.tensor2d([[1]])))[0]!, [1, 0]);
  near(rows(interpolate(content, previous, tf.tensor2d([[0.25]])))[0]!, [0.4, 0.6]);
});

test("wrap maps a circular distance into [-N/2, N/2)", () => {
  assert.deepEqual(
    [0, 1, 9, 10, 11, 19, 20, -1, -10].map((d) => wrap(d, 20)),
    [0, 1, 9, -10, -9, -1, 0, -1, -10],
  );
  assert.deepEqual(
    [0, 3, 4, 6].map((d) => wrap(d, 7)),
    [0, 3, -3, -1],
  );
});

/** v_i = sum_j c(i - j) w_j, slot by slot. */
function naive(weights: number[], kernel: number[], offsets: number[]): number[] {
  const n = weights.length;
  return weights.map((_, i) => sum(kernel.map((c, k) => c * weights[(((i - offsets[k]!) % n) + n) % n]!)));
}

for (const slots of [1, 2, 3, 7, 20]) {
  test(`circular convolution equals the naive loop, ${slots} slots`, () => {
    for (const offsets of [[1, 0, -1], [0], [3, -25, 7, 20], Array.from({ length: slots }, (_, i) => i)]) {
      const weights = tf.randomUniform([2, slots], 0, 1, "float32", slots) as Tensor2D;
      const kernel = tf.randomUniform([2, offsets.length], 0, 1, "float32", 9) as Tensor2D;
      const got = rows(circularConvolution(weights, kernel, offsets));
      for (const b of [0, 1]) near(got[b]!, naive(rows(weights)[b]!, rows(kernel)[b]!, offsets), 1e-5);
    }
  });
}

const shifted = (shift: Shift, raw: number[], at: number, slots: number) => {
  const { kernel } = shift.kernel(tf.tensor2d([raw]), slots);
  const onSlot = tf.tensor2d([Array.from({ length: slots }, (_, i) => (i === at ? 1 : 0))]);
  return rows(circularConvolution(onSlot, kernel, shift.offsets(slots)))[0]!;
};
const best = (weights: number[]) => weights.indexOf(Math.max(...weights));

test("discrete shift: +1 moves to the next higher slot, around the end", () => {
  const shift = discrete();
  assert.equal(best(shifted(shift, [50, 0, 0], 2, 5)), 3);
  assert.equal(best(shifted(shift, [50, 0, 0], 4, 5)), 0);
  assert.equal(best(shifted(shift, [0, 50, 0], 2, 5)), 2);
  assert.equal(best(shifted(shift, [0, 0, 50], 0, 5)), 4);
});

test("gaussian shift: delta moves to higher slots, around the end; a needle equals the discrete shift", () => {
  const needle = -20; // softplus of it is 0, so sigma is its floor
  for (const delta of [-9, -3, -1, 0, 1, 4, 9]) {
    const moved = shifted(gaussian(), [delta, needle], 5, 20);
    assert.equal(best(moved), (((5 + delta) % 20) + 20) % 20);
    near(
      moved,
      moved.map((_, i) => (i === best(moved) ? 1 : 0)),
      1e-6,
    );
  }
});

test("gaussian kernel: the published matrix, row by row", () => {
  const [slots, delta, width] = [7, 1.3, 0.4];
  const sigma = Math.log1p(Math.exp(width)) + 0.1;
  const weights = [0.1, 0.3, 0.05, 0.15, 0.2, 0.1, 0.1];
  const expected = weights.map((_, i) => {
    const row = weights.map((__, j) => Math.exp(-((wrap(i - j, slots) - delta) ** 2) / (2 * sigma ** 2)));
    return sum(row.map((k, j) => (k / (sum(row) + 1e-8)) * weights[j]!));
  });
  const shift = gaussian();
  const { kernel, parameters } = shift.kernel(tf.tensor2d([[delta, width]]), slots);
  near(rows(parameters.sigma!)[0]!, [sigma]);
  near(rows(circularConvolution(tf.tensor2d([weights]), kernel, shift.offsets(slots)))[0]!, expected);
});

test("the published gaussian is dead beyond the ring: every weight 0, as EXPERIMENT says", () => {
  assert.deepEqual(shifted(gaussian(), [60, 0], 5, 20), new Array(20).fill(0));
});

test("sharpening by hand", () => {
  const w = [0.5, 0.3, 0.2];
  const powers = w.map((x) => x ** 3);
  near(
    rows(sharpenByPower(tf.tensor2d([w]), tf.tensor2d([[3]])))[0]!,
    powers.map((p) => p / sum(powers)),
  );
});

test("read and write by hand: a full write with full erase replaces the slot", () => {
  const memory = tf.tensor3d([
    [
      [1, 2],
      [3, 4],
    ],
  ]);
  near(rows(read(memory, tf.tensor2d([[0.25, 0.75]])))[0]!, [2.5, 3.5]);
  const replaced = write(memory, tf.tensor2d([[0, 1]]), tf.tensor2d([[1, 1]]), tf.tensor2d([[7, 8]]));
  assert.deepEqual(replaced.arraySync(), [
    [
      [1, 2],
      [7, 8],
    ],
  ]);
  const half = write(memory, tf.tensor2d([[1, 0.5]]), tf.tensor2d([[1, 0]]), tf.tensor2d([[10, 20]]));
  assert.deepEqual(half.arraySync(), [
    [
      [10, 22],
      [6.5, 14],
    ],
  ]);
});
