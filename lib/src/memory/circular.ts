import type { Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";

const mod = (a: number, n: number): number => ((a % n) + n) % n;

/**
 * Relative slot of a circular distance: wrap(d) = ((d + N/2) mod N) - N/2, in [-N/2, N/2).
 *
 * @param distance slots, any number
 * @param slots N
 */
export function wrap(distance: number, slots: number): number {
  return mod(distance + slots / 2, slots) - slots / 2;
}

/**
 * Circular convolution v_i = sum_k kernel_k w_{i - offset_k}: a head at slot j with all its kernel on offset +1 lands on slot j + 1.
 *
 * Every shift of a weighting is of this form, so K offsets cost K numbers a head; the N x N matrix of the shift is never built.
 * The rotated copies of the weighting come from one product with a constant 0/1 matrix: exact, and its gradient is one product too.
 *
 * @param weights [batch, slots], or [batch, heads, slots]
 * @param kernel [batch, offsets], or [batch, heads, offsets]
 * @param offsets whole numbers of slots, one for each kernel entry
 * @returns as weights
 */
export function circularConvolution<T extends Tensor>(weights: T, kernel: T, offsets: readonly number[]): T {
  const slots = weights.shape.at(-1)!;
  const count = offsets.length;
  const rows = weights.size / slots;
  const rotated = tf.reshape(tf.matMul(tf.reshape(weights, [rows, slots]), rotations(slots, offsets)), [rows, count, slots]);
  return tf.reshape(tf.matMul(tf.reshape(kernel, [rows, 1, count]), rotated), weights.shape) as T;
}

/** [slots, offsets * slots]: column (k, i) picks slot i - offset_k. */
function rotations(slots: number, offsets: readonly number[]): Tensor2D {
  const values = new Float32Array(slots * offsets.length * slots);
  offsets.forEach((offset, k) => {
    for (let i = 0; i < slots; i++) values[mod(i - offset, slots) * offsets.length * slots + k * slots + i] = 1;
  });
  return tf.tensor2d(values, [slots, offsets.length * slots]);
}
