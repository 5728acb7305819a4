import type { Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";

/**
 * Interpolation between the content weighting and the head's own previous weighting, g c + (1 - g) w, Graves et al. 2014, eq. 7.
 *
 * @param content [batch, slots]
 * @param previous [batch, slots], the same head's weighting one step before
 * @param gate [batch, 1], in [0, 1]: 1 takes the content, 0 keeps the previous weighting
 * @returns [batch, slots]
 */
export function interpolate(content: Tensor2D, previous: Tensor2D, gate: Tensor2D): Tensor2D {
  return tf.add(previous, tf.mul(gate, tf.sub(content, previous)));
}
