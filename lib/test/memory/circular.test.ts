import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { capture, scan } from "../../src/capture.js";
import { move } from "../../src/memory/head.js";
import { circularConvolution, discrete, wrap } from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);
const values = (tensor: Tensor) => Array.from(tensor.dataSync());

/** sum_k kernel_k w_{i - offset_k} of each row, by loops. */
function naive(weights: number[][], kernel: number[][], offsets: number[]): number[][] {
  return weights.map((row, r) =>
    row.map((_, i) => {
      const slots = row.length;
      return offsets.reduce(
        (sum, offset, k) => sum + kernel[r]![k]! * row[(((i - offset) % slots) + slots) % slots]!,
        0,
      );
    }),
  );
}

// below and above where slices give way to blocks; a square, a prime, and what leaves a last block that isn't full; as
// a graph below and above where a product with a constant gives way to slices
for (const [compile, slots] of [
  ["xla", 20],
  ["xla", 36],
  ["xla", 37],
  ["xla", 40],
  ["graph", 20],
  ["graph", 60],
] as const) {
  test(`${compile}, ${slots} slots: a kernel over the whole ring moves weightings of several heads as loops do, and so do its gradients`, async () => {
    const offsets = Array.from({ length: slots }, (_, d) => wrap(d, slots));
    const [weights, kernel, dy] = [random([3, 2, slots], 1), random([3, 2, slots], 2), random([3, 2, slots], 3)];
    // inside a loop's cell, as a model has it
    const move = (w: Tensor, k: Tensor) => {
      const cell = ({ moved }: { moved: Tensor }, input: Tensor) => ({
        state: { moved: circularConvolution(moved, input, offsets) },
      });
      return scan(cell, { moved: w }, tf.expandDims(k, 1)).state.moved;
    };
    const both = (w: Tensor, k: Tensor, d: Tensor) => [
      move(w, k),
      ...tf.grads((a, b) => tf.sum(tf.mul(move(a!, b!), d)) as never)([w, k]),
    ];
    const captured = await capture(both, [weights, kernel, dy], { compile });
    const [moved, toWeights, toKernel] = captured(weights, kernel, dy).map(values);
    captured.dispose();
    const rows = (tensor: Tensor) => tf.reshape(tensor, [6, slots]).arraySync() as number[][];
    const close = (got: number[], want: number[]) =>
      got.forEach((value, i) => {
        assert.ok(Math.abs(value - want[i]!) < 1e-6 * slots + 1e-5, `[${i}] is ${value}, expected ${want[i]}`);
      });
    const [w, k, d] = [rows(weights), rows(kernel), rows(dy)];
    close(moved!, naive(w, k, offsets).flat());
    // the kernel backwards, and for the kernel's gradient the weights backwards
    const back = offsets.map((offset) => -offset);
    close(toWeights!, naive(d, k, back).flat());
    const reversed = w.map((row) => row.map((_, i) => row[(slots - i) % slots]!));
    close(
      toKernel!,
      naive(
        d,
        reversed,
        Array.from({ length: slots }, (_, i) => i),
      ).flat(),
    );
  });
}

const offsetLists = fc.array(fc.integer({ min: -70, max: 70 }), { minLength: 1, maxLength: 6 });

test("any offsets, also beyond the ring and several times: eagerly it is what loops do", () => {
  const given = fc.record({
    slots: fc.integer({ min: 1, max: 33 }),
    offsets: offsetLists,
    rows: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(given, ({ slots, offsets, rows, seed }) => {
      tf.tidy(() => {
        const [weights, kernel] = [
          random([rows, slots], seed + 1),
          random([rows, offsets.length], seed + 2),
        ] as Tensor2D[];
        const want = naive(weights!.arraySync(), kernel!.arraySync(), offsets).flat();
        values(circularConvolution(weights!, kernel!, offsets)).forEach((value, i) => {
          assert.ok(Math.abs(value - want[i]!) < 1e-5, `${value} and ${want[i]}`);
        });
      });
    }),
    { numRuns: 60, seed: 42 },
  );
});

test("a discrete shift by the whole ring, any number of times, is no shift", () => {
  const given = fc.record({
    slots: fc.integer({ min: 1, max: 24 }),
    turns: fc.integer({ min: -1000, max: 1000 }),
    offset: fc.integer({ min: -3, max: 3 }),
  });
  fc.assert(
    fc.property(given, ({ slots, turns, offset }) => {
      tf.tidy(() => {
        const weights = tf.softmax(random([2, slots], slots)) as Tensor2D;
        const by = (offsets: number[]) =>
          values(move(weights, tf.zeros([2, 1]) as Tensor2D, discrete({ offsets })).shifted);
        assert.deepEqual(by([offset + turns * slots]), by([offset]));
        assert.deepEqual(by([turns * slots]), values(weights));
      });
    }),
    { numRuns: 40, seed: 42 },
  );
});

const wholeRing = (slots: number) => Array.from({ length: slots }, (_, d) => wrap(d, slots));

/** The same by tfjs's own ops alone, whose gradients are its own. */
function plainConvolution(weights: Tensor2D, kernel: Tensor2D, offsets: readonly number[]): Tensor {
  const [rows, slots] = weights.shape;
  const rotated = (offset: number) => {
    const start = (((-offset % slots) + slots) % slots) % slots;
    return tf.concat(
      [tf.slice(weights, [0, start], [rows, slots - start]), tf.slice(weights, [0, 0], [rows, start])],
      1,
    );
  };
  return tf.addN(offsets.map((offset, k) => tf.mul(tf.slice(kernel, [0, k], [rows, 1]), rotated(offset))));
}

// one slot, two, fewer than the offsets reach; the whole ring by slices and by blocks, compiled by XLA and as a graph
for (const [compile, slots, offsets] of [
  ["xla", 1, [1, 0, -1]],
  ["xla", 2, [1, 0, -1]],
  ["xla", 5, [7, -12, 0, 7]],
  ["xla", 40, [3, -25, 1]],
  ["xla", 20, wholeRing(20)],
  ["xla", 40, wholeRing(40)],
  ["graph", 20, wholeRing(20)],
  ["graph", 60, wholeRing(60)],
] as const) {
  const by = offsets.length === slots ? "the whole ring" : `[${offsets}]`;
  test(`${compile}, ${slots} slots by ${by}: the written gradient is that of plain autodiff, and the slope of the value`, async () => {
    const [weights, kernel, dy] = [
      random([2, slots], 4),
      random([2, offsets.length], 5),
      random([2, slots], 6),
    ] as Tensor2D[];
    const gradients =
      (convolve: typeof circularConvolution | typeof plainConvolution) => (w: Tensor, k: Tensor, d: Tensor) => {
        const loss = (a: Tensor, b: Tensor) =>
          tf.sum(tf.mul(convolve(a as Tensor2D, b as Tensor2D, offsets), d)) as never;
        return [loss(w, k), ...tf.grads((a, b) => loss(a!, b!))([w, k])] as Tensor[];
      };
    const captured = await capture(gradients(circularConvolution), [weights!, kernel!, dy!], { compile });
    const [value, ...written] = captured(weights!, kernel!, dy!).map(values);
    const [plainValue, ...plain] = gradients(plainConvolution)(weights!, kernel!, dy!).map(values);
    assert.ok(Math.abs(value![0]! - plainValue![0]!) < 1e-4);
    written.forEach((gradient, part) => {
      gradient.forEach((slope, i) => {
        assert.ok(Math.abs(slope - plain[part]![i]!) < 1e-5, `${slope} and ${plain[part]![i]}`);
      });
    });
    // it is linear in each of the two: a whole step has no error but rounding
    [weights!, kernel!].forEach((tensor, part) => {
      for (let i = 0; i < tensor.size; i += Math.ceil(tensor.size / 8)) {
        const at = (step: number) => {
          const moved = tf.tensor2d(
            tensor.dataSync<"float32">().map((x, j) => (i === j ? x + step : x)),
            tensor.shape,
          );
          const [w, k] = part === 0 ? [moved, kernel!] : [weights!, moved];
          return values(captured(w, k, dy!)[0]!)[0]!;
        };
        const slope = (at(1) - at(-1)) / 2;
        assert.ok(Math.abs(slope - written[part]![i]!) < 1e-4, `${slope} and ${written[part]![i]}`);
      }
    });
    captured.dispose();
  });
}
