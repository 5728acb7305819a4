import type { LayersModel } from "@tensorflow/tfjs-node";
import type { HeadWeight } from "../figures/index.js";
import { tracedHeads } from "./traced-heads.js";

/**
 * Where the heads of a memory model look while it reads one sequence: a row a step, head and slot, as `weightsHeatmap`
 * draws them.
 *
 * @param model a model with a memory, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @returns weights from 0 to 1, which sum to 1 over the slots of each step and head, in a DNC or Lie-access memory to
 *   at most 1
 * @throws UserError when the model has no memory
 */
export function headWeights(model: LayersModel, sequence: ArrayLike<number>): HeadWeight[] {
  const steps = tracedHeads(model, sequence, ({ heads }, names) => ({ names, weights: heads.weights.arraySync()[0]! }));
  return steps.flatMap(({ names, weights }, step) =>
    weights.flatMap((slots, i) => slots.map((weight, slot) => ({ step, slot, weight, head: names[i]! }))),
  );
}

/**
 * What the memory knows of its slots themselves while it reads one sequence, e.g. the usage of a DNC's: rows as of
 * `headWeights`, with the name of what is known in place of the head's.
 *
 * @param model a model with a memory, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @returns values from 0 to 1; none of a memory that knows nothing of its slots
 * @throws UserError when the model has no memory
 */
export function slotStates(model: LayersModel, sequence: ArrayLike<number>): HeadWeight[] {
  const steps = tracedHeads(model, sequence, ({ slots = {} }) =>
    Object.entries(slots).map(([name, tensor]) => ({ name, values: (tensor.arraySync() as number[][])[0]! })),
  );
  return steps.flatMap((states, step) =>
    states.flatMap(({ name, values }) => values.map((weight, slot) => ({ step, slot, weight, head: name }))),
  );
}
