import type { Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";

/**
 * Sharpening as published: w^gamma / (sum w^gamma + 1e-8), after Graves et al. 2014, eq. 9. The added constant loses weight when
 * w^gamma is small everywhere: 64 slots, uniform, gamma 20 leave a total of 5e-19.
 *
 * @param weights [batch, slots], >= 0
 * @param sharpening [batch, 1], >= 1
 * @returns [batch, slots]
 */
export function sharpenByPower(weights: Tensor2D, sharpening: Tensor2D): Tensor2D {
  const powers = tf.pow(weights, sharpening);
  return tf.div(powers, tf.add(tf.sum(powers, 1, true), 1e-8));
}
