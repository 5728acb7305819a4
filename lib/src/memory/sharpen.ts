import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import type { SharpeningConfig } from "./config.js";

/** Sharpens weightings, [batch, slots] or [batch, heads, slots], by gamma >= 1, [batch, 1] or [batch, heads, 1]. */
export type Sharpen = <T extends Tensor>(weights: T, sharpening: T) => T;

/** The form of sharpening that a config names; the published one when it names none. @internal */
export function sharpenOf(config: SharpeningConfig = "power"): Sharpen {
  return config === "power" ? sharpenByPower : sharpenBySoftmax;
}

/** Far below float32's rounding of any weight that matters. */
const TINY = 1e-30;

/**
 * Sharpening as published: w^gamma / (sum w^gamma + 1e-8), after Graves et al. 2014, eq. 9. The added constant loses
 * weight when w^gamma is small everywhere: 64 slots, uniform, gamma 20 leave a total of 5e-19.
 *
 * @param weights [batch, slots] or [batch, heads, slots], >= 0
 * @param sharpening [batch, 1] or [batch, heads, 1], >= 1
 * @returns as weights
 */
export function sharpenByPower<T extends Tensor>(weights: T, sharpening: T): T {
  // exp(gamma log w) instead of pow: vectorised, three times as fast. TINY only keeps log and its gradient finite where
  // w is exactly 0.
  const powers = tf.exp(tf.mul(sharpening, tf.log(tf.add(weights, TINY))));
  return tf.div(powers, tf.add(tf.sum(powers, -1, true), 1e-8)) as T;
}

/**
 * The same for the softmax form, whose gradient divides by it: 1 / SMALL times a weight's gradient must stay well
 * inside float32.
 */
const SMALL = 1e-16;

/**
 * Sharpening as softmax(gamma log w): w^gamma / sum w^gamma (Graves et al. 2014, eq. 9) without leaving float32 on the
 * way, so that each weighting sums to 1 for any gamma. Weights below 1e-16 count as 1e-16; a weighting of nothing but
 * zeros becomes uniform.
 *
 * @param weights [batch, slots] or [batch, heads, slots], >= 0
 * @param sharpening [batch, 1] or [batch, heads, 1], >= 1
 * @returns as weights
 */
export function sharpenBySoftmax<T extends Tensor>(weights: T, sharpening: T): T {
  return tf.softmax(tf.mul(sharpening, tf.log(tf.add(weights, SMALL)))) as T;
}
