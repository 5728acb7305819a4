import type { AddressingWalk } from "../../src/models/index.js";

/** A made-up walk of 5 steps through a memory of 4 slots, 3 wide, with a read and a write head, for 3 classes. */
export function madeUpWalk(sample: number, size = 1): AddressingWalk {
  const peaked = (at: number) => [0, 1, 2, 3].map((slot) => (slot === at % 4 ? 0.7 : 0.1));
  const steps = [0, 1, 2, 3, 4].map((step) => ({
    input: [Math.sin(step + sample)],
    heads: ["read", "write"].map((head, h) => ({
      head,
      key: [1, 2, 3],
      strength: step + h,
      gate: 0.2 * step,
      sharpening: 1 + step,
      shift: step - 2 + h,
      focus: 0.5,
      parameters: { delta: [step - 2 + h], sigma: [0.5] },
      content: peaked(0),
      gated: peaked(1),
      shifted: peaked(2),
      weights: peaked(step + h + sample),
    })),
    memory: [0, 1, 2, 3].map((slot) => [0, 1, 2].map((column) => size * Math.cos(step + slot * column + sample))),
    probabilities: [0.5, 0.3, 0.2],
  }));
  return { sample, label: 2, steps };
}

export const madeUpWalks = () => ({
  ntm: [madeUpWalk(3), madeUpWalk(8)],
  "dms-periodic": [madeUpWalk(3, 0.01), madeUpWalk(8, 0.01)],
});
