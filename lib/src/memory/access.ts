import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";

/**
 * Reads r = sum_i w_i M_i, Graves et al. 2014, eq. 2.
 *
 * @param memory [batch, slots, width]
 * @param weights [batch, slots], or [batch, heads, slots]
 * @returns [batch, width], or [batch, heads, width]
 */
export function read<T extends Tensor>(memory: Tensor3D, weights: T): T {
  const [batch, slots, width] = memory.shape;
  return tf.reshape(tf.matMul(tf.reshape(weights, [batch, -1, slots]), memory), [
    ...weights.shape.slice(0, -1),
    width,
  ]) as T;
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

/**
 * The same for several heads: all erase, then all add, so that their order doesn't matter (Graves et al. 2014, section
 * 3.2): M_i <- M_i * prod_h (1 - w_hi e_h) + sum_h w_hi a_h.
 *
 * @param memory [batch, slots, width]
 * @param weights [batch, heads, slots]
 * @param erase [batch, heads, width], in [0, 1]
 * @param add [batch, heads, width]
 * @returns [batch, slots, width]
 */
export function writeAll(memory: Tensor3D, weights: Tensor3D, erase: Tensor3D, add: Tensor3D): Tensor3D {
  const [batch, heads, slots] = weights.shape;
  const width = memory.shape[2];
  const head = (tensor: Tensor3D, h: number) => tf.slice(tensor, [0, h, 0], [batch, 1, tensor.shape[2]]);
  let left = memory;
  for (let h = 0; h < heads; h++) {
    const w = tf.reshape(head(weights, h), [batch, slots, 1]);
    left = tf.sub(left, tf.mul(left, tf.mul(w, tf.reshape(head(erase, h), [batch, 1, width]))));
  }
  return tf.add(left, tf.matMul(weights, add, true, false));
}
