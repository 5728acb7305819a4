import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";

/**
 * Interpolation between the content weighting and the head's own previous weighting, g c + (1 - g) w, Graves et al.
 * 2014, eq. 7.
 *
 * @param content [batch, slots], or [batch, heads, slots]
 * @param previous of the same shape, the same head's weighting one step before
 * @param gate [batch, 1] or [batch, heads, 1], in [0, 1]: 1 takes the content, 0 keeps the previous weighting
 * @returns as content
 */
export function interpolate<T extends Tensor>(content: T, previous: T, gate: T): T {
  return tf.add(previous, tf.mul(gate, tf.sub(content, previous)));
}
