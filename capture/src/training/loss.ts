import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import { checkLabels } from "../indices.js";
import { activeRecorder } from "../recorder.js";
import { show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow.js";

/** Scalar loss of predictions against targets, a mean over the batch. */
export interface Loss {
  /** @param weights of the samples, [batch]; a loss without this parameter can't be trained with weights */
  (targets: Tensor, predictions: Tensor, weights?: Tensor): Scalar;
  /**
   * Looks at the values of a batch's targets before it is trained on: inside a graph nobody can. A loss that has this
   * looks at their shape itself; of the others a trainer checks the number of rows.
   *
   * @param classes size of the predictions' last axis; undefined where it isn't known beforehand
   * @throws UserError when they can't be what the loss compares with
   */
  checkTargets?(targets: Tensor, classes: number | undefined): void;
}

/**
 * Softmax cross-entropy of logits, in nats, mean over the batch: of int32 labels [batch], in [0, classes), and logits
 * [batch, classes]; weights [batch] multiply their samples' losses. A scalar of at least 0; log(classes) where all
 * logits are equal. It throws a UserError when labels have another shape or type, or aren't classes.
 */
export const softmaxCrossEntropy: Loss & Required<Pick<Loss, "checkTargets">> = Object.assign(
  function softmaxCrossEntropy(labels: Tensor, logits: Tensor, weights?: Tensor): Scalar {
    const classes = logits.shape.at(-1)!;
    checkLabelShape(labels, logits);
    const recorder = activeRecorder();
    if (!recorder) checkLabels(labels.dataSync<"int32">(), classes);
    // now the labels are an example's, those of each call are looked at
    else if (!trainerLooks) recorder.checkLabels(recorder.resolve(labels, "softmaxCrossEntropy"), classes);
    const oneHot = tf.oneHot(labels as never, classes);
    const found = tf.sum(tf.mul(oneHot, tf.logSoftmax(logits as Tensor2D)), 1);
    // in a cell nobody looks at the labels of each step
    const each = recorder?.parent ? tf.where(areClasses(labels, classes), found, Number.NaN) : found;
    // as in fit: a sample's weight multiplies its loss, the mean is over all samples
    return tf.neg(tf.mean(weights ? tf.mul(each, weights) : each)) as Scalar;
  },
  {
    checkTargets: (labels: Tensor, classes: number | undefined) => checkLabels(labels.dataSync<"int32">(), classes),
  },
);

const areClasses = (labels: Tensor, classes: number): Tensor =>
  tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, classes));

let trainerLooks = false;

/** Runs a loss whose labels the trainer looks at before each step. */
export function lookedAt<T>(run: () => T): T {
  trainerLooks = true;
  try {
    return run();
  } finally {
    trainerLooks = false;
  }
}

function checkLabelShape({ dtype, shape }: Tensor, { shape: logits }: Tensor): void {
  if (logits.length !== 2)
    throw new UserError(
      `logits have shape [${logits}], expected [batch, classes]: reshape them, or give a loss of your own`,
    );
  const [rows, classes] = logits;
  if (classes === 1)
    throw new UserError(
      `logits have shape [${logits}], softmax takes at least two classes: give the model two outputs, or a loss such as tf.losses.sigmoidCrossEntropy`,
    );
  if (dtype === "int32" && shape.length === 1 && shape[0] === rows) return;
  throw new UserError(
    `labels are ${dtype} [${shape}], expected int32 [${rows}], for logits [${logits}]: ${labelRemedy(dtype, shape, logits)}`,
  );
}

function labelRemedy(dtype: string, shape: readonly number[], logits: readonly number[]): string {
  if (shape.join() === logits.join()) return "of one-hot ones tf.argMax(labels, 1)";
  if (dtype !== "int32") return 'tf.cast(labels, "int32")';
  return shape.length === 1 ? "give one for each row" : "tf.reshape(labels, [-1])";
}

/**
 * The weight of each sample by its class, as `fit` has it as `classWeight`.
 *
 * @param labels int32 [batch]
 * @param weights one for each class
 * @returns [batch], the sample weights of a step
 * @throws UserError when labels aren't an int32 tensor, weights aren't numbers, or a label has no weight
 */
export function classWeights(labels: Tensor, weights: readonly number[]): Tensor {
  if (!(labels instanceof tf.Tensor) || labels.dtype !== "int32")
    throw new UserError(`labels are ${show(labels)}, expected an int32 tensor: tf.cast(labels, "int32")`);
  if (!Array.isArray(weights) || !weights.every(Number.isFinite))
    throw new UserError(`class weights are ${show(weights)}, expected an array of numbers, one for each class`);
  const without = labels.dataSync<"int32">().find((label) => label < 0 || label >= weights.length);
  if (without !== undefined)
    throw new UserError(`class weights are ${show(weights)}, label ${without} has none: expected one for each class`);
  return tf.tidy(() => tf.gather(tf.tensor1d([...weights]), labels as never));
}
