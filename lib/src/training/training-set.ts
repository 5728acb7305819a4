import type { LayersModel, Tensor, Tensor1D } from "@tensorflow/tfjs-node";
import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { checkWhole, show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import type { Augment } from "./augment.js";

/** Labelled samples in the form in which a model takes them. */
export interface TrainingSet {
  /** row after row, rows * prod(shape) values */
  readonly x: Float32Array;
  /** [rows], in [0, classes) */
  readonly labels: Int32Array;
  /** shape of one sample, e.g. [40] or [20, 1] */
  readonly shape: readonly number[];
}

/**
 * Labelled samples as `train` and `evaluate` take them, checked and copied.
 *
 * @param x row after row
 * @returns x as float32, labels as int32
 * @throws UserError when the sizes don't fit together, a value isn't a finite number in float32, or a label isn't a
 *   class
 */
export function trainingSet(x: ArrayLike<number>, labels: ArrayLike<number>, shape: readonly number[]): TrainingSet {
  if (!Array.isArray(shape))
    throw new UserError(`training set: shape is ${show(shape)}, expected that of a sample, e.g. [40]`);
  for (const [what, list] of Object.entries({ x, labels })) {
    if (typeof list !== "object" || typeof list?.length !== "number")
      throw new UserError(`training set: ${what} is ${show(list)}, expected an array of numbers`);
  }
  if (!shape.every((size) => Number.isInteger(size) && size >= 1))
    throw new UserError(`training set: shape is ${show(shape)}, expected whole numbers of at least 1`);
  const size = sizeOf(shape);
  if (labels.length === 0) throw new UserError("training set: it has no samples");
  if (x.length !== labels.length * size) {
    throw new UserError(
      `training set: ${x.length} values for ${labels.length} labels of shape [${shape}], expected ${labels.length * size}`,
    );
  }
  for (let i = 0; i < x.length; i++) {
    if (typeof x[i] === "number" && Number.isFinite(Math.fround(x[i]!))) continue;
    const where = `value ${i % size} of sample ${Math.floor(i / size)}`;
    throw new UserError(`training set: ${where} is ${show(x[i])}, expected a finite number within float32`);
  }
  for (let i = 0; i < labels.length; i++) checkWhole(`training set: label ${i}`, labels[i]!, 0, 0x7fffffff);
  return { x: Float32Array.from(x), labels: Int32Array.from(labels), shape: [...shape] };
}

/** Checks that something is a set as `trainingSet` makes it. @throws UserError */
export function checkSet(set: unknown): asserts set is TrainingSet {
  const { x, labels, shape } = (set ?? {}) as Partial<TrainingSet>;
  if (x instanceof Float32Array && labels instanceof Int32Array && Array.isArray(shape)) return;
  const part = x instanceof Float32Array ? { name: "labels", value: labels, type: "an Int32Array" } : null;
  const odd = part ?? { name: "x", value: x, type: "a Float32Array" };
  if (ArrayBuffer.isView(odd.value) && Array.isArray(shape))
    throw new UserError(
      `training set: ${odd.name} is a ${show(odd.value)}, expected ${odd.type}: trainingSet(x, labels, shape) makes a set`,
    );
  throw new UserError(`training set is ${show(set)}, expected one: trainingSet(x, labels, shape) makes it`);
}

/**
 * Whether a model of classes can be trained and tested on a set. Out of its classes a label would count as right
 * without a loss.
 *
 * @throws UserError when its samples have another shape than the model reads, or a label is none of its classes
 */
export function checkFits({ name, inputs, outputs }: LayersModel, { shape, labels }: TrainingSet): void {
  const reads = inputs[0]!.shape.slice(1);
  if (reads.length !== shape.length || reads.some((size, d) => size !== null && size !== shape[d]))
    throw new UserError(
      `training set: samples are [${shape}], but model ${name} reads [${reads.map((size) => size ?? "any")}]`,
    );
  const most = (outputs[0]!.shape.at(-1) ?? Number.POSITIVE_INFINITY) - 1;
  for (let i = 0; i < labels.length; i++) checkWhole(`training set: label ${i}`, labels[i]!, 0, most);
}

/**
 * The first `rows` samples.
 *
 * @returns a view, not a copy
 * @throws UserError when there are fewer
 * @internal
 */
export function firstRows(set: TrainingSet, rows: number): TrainingSet {
  checkSet(set);
  checkWhole("training set: rows", rows, 1, set.labels.length);
  return { ...set, x: set.x.subarray(0, rows * sizeOf(set.shape)), labels: set.labels.subarray(0, rows) };
}

/** Samples as tensors: x [rows, ...shape], labels int32 [rows]. */
export interface Batch {
  x: Tensor;
  labels: Tensor1D;
}

/**
 * The samples at `rows`, changed by `augment` if given; the caller disposes them.
 *
 * @returns x [rows, ...shape], labels int32 [rows]
 * @throws UserError when it returns others instead
 */
export function gather(set: TrainingSet, rows: ArrayLike<number>, augment?: Augment): Batch {
  const size = sizeOf(set.shape);
  const x = new Float32Array(rows.length * size);
  const labels = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    x.set(set.x.subarray(row * size, (row + 1) * size), i * size);
    labels[i] = set.labels[row]!;
  }
  const returned: unknown = augment?.(x, rows.length, sizeOf(set.shape.slice(1)));
  refusePromise(returned, "augment");
  if (typeof returned === "object" && returned !== null && returned !== x)
    throw new UserError(
      `augment returned ${show(returned)}, expected nothing: it changes the values that it is given, in place`,
    );
  return { x: tf.tensor(x, [rows.length, ...set.shape]), labels: tf.tensor1d(labels, "int32") };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
