import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import type { HeadPosition, HeadWeight, ShiftShare } from "../figures/index.js";
import type { MemoryTrace, NtmMemory } from "../memory/index.js";
import { headNames, memoryLayer } from "../models/index.js";
import { show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";

/**
 * What a memory model's heads do at each step of one sequence.
 *
 * @param read gets what the memory did at a step, read heads first, and the heads' names; the tensors live as long as
 *   it runs
 * @returns what `read` returned for each step, with the step
 * @throws UserError when the model has no memory, or the sequence is none that it reads
 */
function tracedHeads<T extends object>(
  model: LayersModel,
  sequence: ArrayLike<number>,
  read: (trace: MemoryTrace, names: string[]) => T[],
): (T & { step: number })[] {
  const layer = memoryLayer(model);
  const [, whole, features] = model.inputs[0]!.shape as [null, number | null, number];
  if (typeof sequence?.length !== "number")
    throw new UserError(`sequence is ${show(sequence)}, expected an array of numbers`);
  const steps = whole ?? Math.max(1, Math.floor(sequence.length / features));
  if (sequence.length !== steps * features)
    throw new UserError(
      `sequence has ${sequence.length} values, expected ${steps * features}: ${features} at each of ${steps} steps`,
    );
  const bad = Array.from(sequence).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new UserError(`sequence[${bad}] is ${show(sequence[bad])}, expected a finite number`);
  const input = tf.tensor3d(Float32Array.from(sequence), [1, steps, features]) as Tensor3D;
  const names = headNames(layer);
  const traced = layer.trace(input);
  const found = traced.flatMap((trace, step) => read(trace, names).map((row) => ({ step, ...row })));
  tf.dispose([input, traced as never]);
  return found;
}

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
  return tracedHeads(model, sequence, ({ heads }, names) =>
    heads.weights
      .arraySync()[0]!
      .flatMap((slots, i) => slots.map((weight, slot) => ({ slot, weight, head: names[i]! }))),
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
  return tracedHeads(model, sequence, ({ slots = {} }) =>
    Object.entries(slots).flatMap(([head, tensor]) =>
      (tensor.arraySync() as number[][])[0]!.map((weight, slot) => ({ slot, weight, head })),
    ),
  );
}

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
  const rows = tracedHeads(model, sequence, ({ heads: { parameters } }, names) =>
    Object.entries(parameters).flatMap(([parameter, tensor]) =>
      tensor
        .arraySync()[0]!
        .flatMap((values, i) => values.map((value, part) => ({ head: names[i]!, parameter, part, value }))),
    ),
  );
  // NaN where a head has no such parameter
  return rows.filter(({ value }) => !Number.isNaN(value));
}

/**
 * What the heads of a memory model give each component of their mixture of shifts while it reads one sequence, as
 * `shiftShares` draws it.
 *
 * @param model a model with a memory, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @returns shares from 0 to 1, which sum to 1 over the components of each step and head
 * @throws UserError when none of the heads mixes shifts
 */
export function mixShares(model: LayersModel, sequence: ArrayLike<number>): ShiftShare[] {
  const rows = shiftParameters(model, sequence);
  const shares = rows.filter(({ parameter }) => parameter === "mix");
  if (shares.length === 0)
    throw new UserError(`no head of ${model.name} mixes shifts: expected a shift of kind "mixture"`);
  const layer = memoryLayer(model);
  const shifts = "shifts" in layer.memory ? (layer.memory as NtmMemory).shifts : [];
  const heads = headNames(layer);
  return shares.map(({ step, head, part, value }) => ({
    step,
    head,
    // a memory of one's own may mix shifts too, and doesn't say which
    component: shifts[heads.indexOf(head)]?.components?.[part] ?? `shift ${part + 1}`,
    share: value,
  }));
}

/**
 * Where the heads of a Lie-access memory are in their plane while it reads one sequence, as `headPaths` draws it.
 *
 * @param model a model with a Lie-access memory, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @returns a row a step and head
 * @throws UserError when its heads don't move in a plane
 */
export function headPositions(model: LayersModel, sequence: ArrayLike<number>): HeadPosition[] {
  const rows = shiftParameters(model, sequence).filter(({ parameter }) => parameter === "position");
  if (rows.length === 0)
    throw new UserError(`no head of ${model.name} moves in a plane: expected a memory of kind "lie-access"`);
  return rows.flatMap(({ step, head, part, value: x }, i) =>
    part === 0 ? [{ step, head, x, y: rows[i + 1]!.value }] : [],
  );
}
