import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";

/** Smallest norm that the cosine divides by, as in PyTorch's cosine_similarity: the zero memory of the published start has norm 0. */
const MIN_NORM = 1e-8;

/** sqrt of the sum of squares, at least MIN_NORM. The floor is inside the root: the bare root has an infinite gradient at 0. */
function norm(x: Tensor, axis: number, keepDims: boolean): Tensor {
  return tf.sqrt(tf.maximum(tf.sum(tf.square(x), axis, keepDims), MIN_NORM * MIN_NORM));
}

/**
 * Cosine similarity of a key with every slot.
 *
 * @param memory [batch, slots, width]
 * @param key [batch, width]
 * @returns [batch, slots], in [-1, 1]; 0 for a slot of zeros
 */
export function cosineSimilarity(memory: Tensor3D, key: Tensor2D): Tensor2D {
  const [batch, slots, width] = memory.shape;
  const dot = tf.reshape(tf.matMul(memory, tf.reshape(key, [batch, width, 1])), [batch, slots]);
  return tf.div(dot, tf.mul(norm(memory, 2, false), norm(key, 1, true)));
}

/**
 * Content weighting softmax(strength * cosine(key, slot)), Graves et al. 2014, eq. 5.
 *
 * @param memory [batch, slots, width]
 * @param key [batch, width]
 * @param strength [batch, 1], >= 0
 * @returns [batch, slots], each row sums to 1
 */
export function contentWeights(memory: Tensor3D, key: Tensor2D, strength: Tensor2D): Tensor2D {
  return tf.softmax(tf.mul(strength, cosineSimilarity(memory, key))) as Tensor2D;
}
