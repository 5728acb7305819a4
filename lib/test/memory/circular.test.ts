import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { capture, scan } from "../../src/capture/index.js";
import { circularConvolution, wrap } from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow.js";

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);
const values = (tensor: Tensor) => Array.from(tensor.dataSync());

/** sum_k kernel_k w_{i - offset_k} of each row, by loops. */
function naive(weights: number[][], kernel: number[][], offsets: number[]): number[][] {
  return weights.map((row, r) =>
    row.map((_, i) => {
      const slots = row.length;
      return offsets.reduce((sum, offset, k) => sum + kernel[r]![k]! * row[(((i - offset) % slots) + slots) % slots]!, 0);
    }),
  );
}

// below and above where slices give way to blocks; a square, a prime, and what leaves a last block that isn't full
for (const slots of [20, 36, 37, 40]) {
  test(`XLA, ${slots} slots: a kernel over the whole ring moves weightings of several heads as loops do, and so do its gradients`, async () => {
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
    const captured = await capture(both, [weights, kernel, dy], { compile: "xla" });
    const [moved, toWeights, toKernel] = captured(weights, kernel, dy).map(values);
    captured.dispose();
    const rows = (tensor: Tensor) => tf.reshape(tensor, [6, slots]).arraySync() as number[][];
    const close = (got: number[], want: number[]) =>
      got.forEach((value, i) => {
        assert.ok(Math.abs(value - want[i]!) < 2e-5, `[${i}] is ${value}, expected ${want[i]}`);
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
