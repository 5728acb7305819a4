import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";

/** Scalar loss of predictions against targets, a mean over the batch. */
export type Loss = (targets: Tensor, predictions: Tensor) => Scalar;

/**
 * Softmax cross-entropy of logits, in nats, mean over the batch.
 *
 * @param labels int32 [batch], in [0, classes)
 * @param logits [batch, classes]
 * @returns scalar of at least 0; log(classes) where all logits are equal
 */
export function softmaxCrossEntropy(labels: Tensor, logits: Tensor): Scalar {
  const classes = logits.shape[1]!;
  const oneHot = tf.oneHot(labels as never, classes);
  return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits as Tensor2D)), 1))) as Scalar;
}
