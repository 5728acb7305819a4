import type { LayersModel } from "@tensorflow/tfjs-node";
import { tracedHeads } from "./traced-heads.js";

/** One number that a head's shift was set by at one step. */
export interface ShiftParameter {
  step: number;
  /** "read", "write", or "read 1", "read 2", ... */
  head: string;
  /** e.g. "delta", "sigma", "shift"; of a mixture "mix", "gaussian.delta", "discrete.shift", ... */
  parameter: string;
  /** which of the parameter's numbers, from 0: a component of a mixture, an offset of a discrete shift */
  part: number;
  value: number;
}

/**
 * How the heads of a memory model shift while it reads one sequence: a row a step, head, parameter and number of it;
 * heads of different kinds have different parameters.
 *
 * @param model a model with a memory, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @returns values in the parameter's own unit: delta and sigma in slots, shares from 0 to 1
 * @throws UserError when the model has no memory
 */
export function shiftParameters(model: LayersModel, sequence: ArrayLike<number>): ShiftParameter[] {
  const steps = tracedHeads(model, sequence, ({ heads: { parameters } }, names) =>
    Object.entries(parameters).flatMap(([parameter, tensor]) =>
      tensor
        .arraySync()[0]!
        .flatMap((values, i) => values.map((value, part) => ({ head: names[i]!, parameter, part, value }))),
    ),
  );
  // NaN where a head has no such parameter
  return steps.flatMap((rows, step) =>
    rows.filter(({ value }) => !Number.isNaN(value)).map((row) => ({ step, ...row })),
  );
}
