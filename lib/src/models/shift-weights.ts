import type { Scalar, Tensor2D } from "@tensorflow/tfjs-node";
import { givenStarts } from "../memory/head.js";
import { headGroups, type Shift, type ShiftContext } from "../memory/index.js";
import { tf } from "../tensorflow/tf.js";
import { startingAt, uniform } from "./initializers.js";
import type { AddWeight, Weight } from "./recurrent-layer.js";

/** What shifts use besides what their heads say. */
export interface ShiftWeights {
  /** of each group of neighbouring heads with one shift */
  read(): ShiftContext[];
  /** not trained: how much of the training is over, 1 unless told otherwise; only where a shift is annealed */
  progress: Weight | undefined;
}

/** Adds the weights that shifts learn for all steps alike, drawn from streams of the seed. */
export function addShiftWeights(add: AddWeight, shifts: readonly Shift[], hidden: number, seed: number): ShiftWeights {
  const learned = headGroups(shifts).map(({ shift, heads }, g) => {
    const values = shift.learned ?? [];
    if (values.length === 0) return undefined;
    const name = `learnedShift${g + 1}`;
    const starts = givenStarts(new Array<typeof values>(heads).fill(values).flat());
    return add(name, [heads, values.length], startingAt(starts, uniform(hidden, seed, `ntm/${name}`)));
  });
  const progress = shifts.some((shift) => shift.annealed)
    ? add("trainingProgress", [], tf.initializers.ones(), false)
    : undefined;
  return {
    read: () =>
      learned.map((weight) => ({
        learned: weight?.read() as Tensor2D | undefined,
        progress: progress?.read() as Scalar | undefined,
      })),
    progress,
  };
}
