import type { Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";

/**
 * Smallest norm that the cosine divides by, as in PyTorch's cosine_similarity: the zero memory of the published start
 * has norm 0.
 */
const MIN_NORM = 1e-8;

/**
 * sqrt of the sum of squares along the last axis, at least MIN_NORM. The floor is inside the root: the bare root has an
 * infinite gradient at 0.
 */
function norm(x: Tensor, keepDims: boolean): Tensor {
  return tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, keepDims), MIN_NORM * MIN_NORM));
}

/**
 * Cosine similarity of keys with every slot.
 *
 * @param memory [batch, slots, width]
 * @param key [batch, width], or [batch, heads, width]
 * @returns [batch, slots] or [batch, heads, slots], in [-1, 1]; 0 for a slot of zeros
 */
export function cosineSimilarity<T extends Tensor>(memory: Tensor3D, key: T): T {
  const [batch, slots, width] = memory.shape;
  const dot = tf.matMul(tf.reshape(key, [batch, -1, width]), memory, false, true);
  const slotNorms = tf.reshape(norm(memory, false), key.rank === 2 ? [batch, slots] : [batch, 1, slots]);
  const product = tf.mul(slotNorms, norm(key, true));
  return tf.div(tf.reshape(dot, product.shape), product) as T;
}

/**
 * Content weighting softmax(strength * cosine(key, slot)), Graves et al. 2014, eq. 5.
 *
 * @param memory [batch, slots, width]
 * @param key [batch, width], or [batch, heads, width]
 * @param strength [batch, 1] or [batch, heads, 1], >= 0
 * @returns [batch, slots] or [batch, heads, slots], each weighting sums to 1
 */
export function contentWeights<T extends Tensor>(memory: Tensor3D, key: T, strength: T): T {
  return tf.softmax(tf.mul(strength, cosineSimilarity(memory, key))) as T;
}
