import type { LayersModel } from "@tensorflow/tfjs-node";
import type { HeadWeight } from "../figures/index.js";
import { tracedHeads } from "./traced-heads.js";

/**
 * Where the heads of a memory model look while it reads one sequence: a row a step, head and slot, as `weightsHeatmap` draws them.
 *
 * @param model a model with a memory, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @returns weights from 0 to 1, which sum to 1 over the slots of each step and head
 * @throws UserError when the model has no memory
 */
export function headWeights(model: LayersModel, sequence: ArrayLike<number>): HeadWeight[] {
  const steps = tracedHeads(model, sequence, (heads, names) => ({ names, weights: heads.weights.arraySync()[0]! }));
  return steps.flatMap(({ names, weights }, step) =>
    weights.flatMap((slots, i) => slots.map((weight, slot) => ({ step, slot, weight, head: names[i]! }))),
  );
}
