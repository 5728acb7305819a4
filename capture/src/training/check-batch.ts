import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { isCapturable } from "../encode.js";
import { CaptureError, show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow.js";
import type { Objective } from "./objective.js";

/**
 * One tensor, or a list of them, as a list.
 *
 * @param what they are, e.g. "inputs"
 * @param count how many the model has
 * @throws UserError when they aren't tensors, are disposed, or are more or fewer
 */
export function tensorList(what: string, given: Tensor | readonly Tensor[], count: number): Tensor[] {
  const list = Array.isArray(given) ? [...(given as Tensor[])] : [given as Tensor];
  const odd = list.find((tensor) => !(tensor instanceof tf.Tensor) || tensor.isDisposed);
  if (odd !== undefined || list.some((tensor) => tensor === undefined))
    throw new UserError(
      `${what} are ${odd instanceof tf.Tensor ? "a disposed tensor" : show(given)}, expected ${tensors(count)}`,
    );
  const text = list.find(({ dtype }) => !isCapturable(dtype));
  if (text)
    throw new UserError(
      `${what} are ${text.dtype} [${text.shape}], expected ${tensors(count)} of float32, int32 or bool`,
    );
  if (list.length !== count)
    throw new UserError(`${list.length} ${what} were given, expected ${count}: one for each that the model has`);
  return list;
}

const tensors = (count: number) => (count === 1 ? "a tensor" : `${count} tensors in an array`);

/**
 * @param outer axes in front of the batch
 * @throws UserError when an input hasn't the shape that the model reads, or the batches aren't equally large
 */
export function checkInputShapes({ name, inputs }: LayersModel, x: readonly Tensor[], outer = 0): void {
  x.forEach(({ shape, dtype }, i) => {
    const reads = inputs[i]!.shape as (number | null)[];
    const own = shape.slice(outer);
    if (own.length !== reads.length || reads.some((size, d) => size !== null && size !== own[d])) {
      const axes = [...new Array(outer).fill("steps"), "batch", ...reads.slice(1).map((size) => size ?? "any")];
      throw new UserError(`input ${i} is ${dtype} [${shape}], but model ${name} reads [${axes}]`);
    }
  });
}

/** What a step is made on: [batch, ...] each, or [capacity, batch, ...]. */
export interface Batch {
  x: Tensor[];
  targets: Tensor[];
  weights: Tensor[];
  /** how many steps of the sequences to run, an int32 scalar each; empty: all */
  steps: Tensor[];
}

/** A batch's tensors as a program takes them. */
export function flat({ x, targets, weights, steps }: Batch): Tensor[] {
  return [...x, ...targets, ...weights, ...steps];
}

/** How many batches lie behind each other. */
export function capacityOf({ targets }: Batch): number {
  return targets[0]!.shape[0] ?? 0;
}

/** The same of each of a batch's tensors. */
export function mapBatch({ x, targets, weights, steps }: Batch, of: (tensor: Tensor) => Tensor): Batch {
  return { x: x.map(of), targets: targets.map(of), weights: weights.map(of), steps: steps.map(of) };
}

/** One of several batches that lie behind each other. */
export function rowOf(batches: Batch, step: number): Batch {
  return mapBatch(batches, (tensor) => tf.reshape(tf.slice(tensor, step, 1), tensor.shape.slice(1)));
}

/**
 * A batch as a step takes it.
 *
 * @param weights one tensor for all outputs, or one for each
 * @param outer axes in front of the batch
 * @throws UserError when it isn't one for the model, or its losses take no weights
 */
export function checkedBatch(
  objective: Objective,
  x: Tensor | Tensor[],
  targets: Tensor | Tensor[],
  weights: Tensor | Tensor[] | undefined,
  outer: number,
): Batch {
  const { model } = objective;
  const [inputs, outputs] = [model.inputs.length, model.outputs.length];
  const forEachOutput = (one: Tensor | Tensor[]) => (Array.isArray(one) ? one : model.outputs.map(() => one));
  const batch = {
    x: tensorList("inputs", x, inputs),
    targets: tensorList("targets", targets, outputs),
    weights: weights === undefined ? [] : tensorList("sample weights", forEachOutput(weights), outputs),
    steps: [],
  };
  checkInputShapes(model, batch.x, outer);
  checkRows({ ...batch, targets: batch.targets.filter((_, i) => !objective.looksAtTargets(i)) }, outer);
  batch.targets.forEach((target, i) => {
    if (!objective.looksAtTargets(i)) checkColumn(target, model.outputs[i]!.shape, outer);
  });
  if (batch.weights.length > 0) objective.checkWeighable();
  return batch;
}

/** @throws UserError when targets or weights have other rows than the inputs: a loss would broadcast them */
function checkRows({ x, targets, weights }: Batch, outer: number): void {
  const rows = x[0]!.shape.slice(0, outer + 1);
  if (rows.includes(0)) throw new UserError(`inputs have shape [${x[0]!.shape}], expected at least one row`);
  const check = (what: string, tensors: readonly Tensor[], most: number) => {
    const odd = tensors.find(({ shape }) => shape.length > most || rows.some((size, d) => shape[d] !== size));
    if (odd)
      throw new UserError(
        `${what} are ${odd.dtype} [${odd.shape}], expected [${rows}${most > rows.length ? ", ..." : ""}]: one for each row of the inputs`,
      );
  };
  check("inputs", x, Number.POSITIVE_INFINITY);
  check("targets", targets, Number.POSITIVE_INFINITY);
  check("sample weights", weights, rows.length);
}

/** @throws UserError when targets lack the output's last axis of 1: a loss would compare each row with all others */
function checkColumn({ dtype, shape }: Tensor, output: readonly (number | null)[], outer: number): void {
  if (shape.length - outer !== output.length - 1 || output.at(-1) !== 1) return;
  throw new UserError(
    `targets are ${dtype} [${shape}], but the output has one more axis, of size 1: give them as [${[...shape, 1]}]`,
  );
}

/** @throws UserError when a learning rate would spoil the weights */
export function checkRate(rate: number): void {
  if (Number.isFinite(rate) && rate >= 0) return;
  throw new UserError(`the learning rate is ${show(rate)}, expected a number of at least 0`);
}

/** @throws UserError when they aren't learning rates for the first of so many batches */
export function checkRates(rates: readonly number[], batches: number): void {
  if (!Array.isArray(rates) && !ArrayBuffer.isView(rates))
    throw new CaptureError(`steps: learning rates are ${show(rates)}, expected an array of numbers`);
  if (rates.length < 1 || rates.length > batches)
    throw new CaptureError(
      `steps: ${rates.length} learning rates for ${batches} batches: give one for each step to make, at least one`,
    );
  for (const rate of rates) checkRate(rate);
}

/** What int32 holds. */
const MOST_STEPS = 0x7fffffff;

/**
 * How many steps of its sequences each batch has, as a tensor.
 *
 * @throws UserError when that isn't said for each of the batches
 */
export function stepsTensor(sequenceSteps: readonly number[] | undefined, batches: number): Tensor[] {
  if (sequenceSteps === undefined) return [];
  const fits = (steps: unknown) => Number.isInteger(steps) && (steps as number) >= 1 && (steps as number) <= MOST_STEPS;
  const list = Array.isArray(sequenceSteps) || ArrayBuffer.isView(sequenceSteps);
  if (!list || sequenceSteps.length !== batches || !Array.from(sequenceSteps).every(fits))
    throw new UserError(
      `sequenceSteps are ${show(sequenceSteps)}, expected ${batches} whole numbers of at least 1: one for each batch`,
    );
  return [tf.tensor1d([...sequenceSteps], "int32")];
}
