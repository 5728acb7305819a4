import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import {
  address,
  addressHeads,
  headGroups,
  headOutputs,
  headParameters,
  sharpenBySoftmax,
  shiftOf,
} from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { soundShift } from "./arbitrary.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());

test("heads of any kinds side by side: each does what it does alone, from its own previous weighting", () => {
  const given = fc.record({
    configs: fc.array(soundShift, { minLength: 1, maxLength: 4 }),
    twice: fc.boolean(),
    batch: fc.constantFrom(1, 3),
    slots: fc.constantFrom(1, 2, 7),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(given, ({ configs, twice, batch, slots, seed }) => {
      tf.tidy(() => {
        const width = 2;
        const shifts = configs.map(shiftOf).flatMap((shift) => (twice ? [shift, shift] : [shift]));
        const normal = (shape: number[], at: number) => tf.randomNormal(shape, 0, 1, "float32", seed + at);
        const memory = normal([batch, slots, width], 1) as Tensor3D;
        const previous = tf.softmax(normal([batch, shifts.length, slots], 2)) as Tensor3D;
        const said = shifts.map((shift, h) => normal([batch, headOutputs(width, shift)], 10 + h) as Tensor2D);
        const learned = shifts.map((shift, h) => normal([1, shift.learned?.length ?? 0], 20 + h));
        const groups = headGroups(shifts);
        assert.equal(groups.length, configs.length);
        const ofGroup = <T>(list: readonly T[]) =>
          groups.map((group) => list.filter((_, h) => shifts[h] === group.shift));
        const all = addressHeads(
          memory,
          previous,
          groups,
          ofGroup(said).map((list) => tf.concat(list, 1)),
          sharpenBySoftmax,
          ofGroup(learned).map((list) => ({ learned: tf.concat(list, 0) })),
        );
        shifts.forEach((shift, h) => {
          const own = tf.reshape(tf.slice(previous, [0, h, 0], [batch, 1, slots]), [batch, slots]) as Tensor2D;
          const parameters = headParameters(said[h]!, width, shift);
          const alone = address(memory, own, parameters, shift, sharpenBySoftmax, { learned: learned[h] });
          const together = values(tf.slice(all.weights, [0, h, 0], [batch, 1, slots]));
          values(alone.weights).forEach((weight, i) => {
            assert.ok(Math.abs(weight - together[i]!) < 1e-5, `head ${h}: ${weight} and ${together[i]}`);
          });
        });
      });
    }),
    { numRuns: 40, seed: 42 },
  );
});
