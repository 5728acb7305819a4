import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";

/**
 * Reads r = sum_i w_i M_i, Graves et al. 2014, eq. 2.
 *
 * @param memory [batch, slots, width]
 * @param weights [batch, slots]
 * @returns [batch, width]
 */
export function read(memory: Tensor3D, weights: Tensor2D): Tensor2D {
  const [batch, slots, width] = memory.shape;
  return tf.reshape(tf.matMul(tf.reshape(weights, [batch, 1, slots]), memory), [batch, width]);
}

/**
 * Erases, then adds: M_i <- M_i * (1 - w_i e) + w_i a, Graves et al. 2014, eq. 3 and 4.
 *
 * @param memory [batch, slots, width]
 * @param weights [batch, slots]
 * @param erase [batch, width], in [0, 1]
 * @param add [batch, width]
 * @returns [batch, slots, width]
 */
export function write(memory: Tensor3D, weights: Tensor2D, erase: Tensor2D, add: Tensor2D): Tensor3D {
  const [batch, slots, width] = memory.shape;
  const w = tf.reshape(weights, [batch, slots, 1]);
  const change = tf.sub(tf.reshape(add, [batch, 1, width]), tf.mul(memory, tf.reshape(erase, [batch, 1, width])));
  return tf.add(memory, tf.mul(w, change));
}
