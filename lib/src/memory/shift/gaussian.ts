import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../../tensorflow.js";
import { wrap, wrapAll } from "../circular.js";
import type { Shift } from "./shift.js";

export interface GaussianOptions {
  /** smallest focus width in slots; published: 0.1 */
  sigmaFloor?: number;
  /** whether distances wrap around the ring for any delta; published: not */
  periodic?: boolean | undefined;
  /** focus width that a head starts with, in slots, above sigmaFloor */
  sigmaInit?: number | undefined;
  /** shift that a head starts with, in slots */
  deltaInit?: number | undefined;
}

/**
 * Continuous shift by `delta` slots with a Gaussian focus of width `sigma` = softplus + floor slots (DMS-NTM), as published:
 *
 *     K_ij = exp(-(wrap(i - j) - delta)^2 / (2 sigma^2)) / (sum_j' exp(...) + 1e-8)
 *
 * K depends on i - j alone, so a head needs N exponentials. Two faults of the published form are kept here: it is not periodic in delta,
 * so that a delta far beyond +-N/2 underflows everywhere and leaves 0 / 1e-8, a dead head; and it jumps where wrap jumps. The periodic
 * form has neither:
 *
 *     K_ij = softmax over i - j of -wrap(i - j - delta)^2 / (2 sigma^2)
 */
export function gaussian({ sigmaFloor = 0.1, periodic = false, sigmaInit, deltaInit }: GaussianOptions = {}): Shift {
  return {
    kind: "gaussian",
    outputs: 2,
    start: [deltaInit, sigmaInit === undefined ? undefined : inverseSoftplus(sigmaInit - sigmaFloor)],
    offsets: (slots) => Array.from({ length: slots }, (_, d) => wrap(d, slots)),
    kernel<T extends Tensor>(raw: T, slots: number) {
      const [delta, width] = tf.split(raw, 2, -1) as [T, T];
      const sigma = tf.add(tf.softplus(width), sigmaFloor) as T;
      const relative = tf.tensor1d(this.offsets(slots));
      const straight = tf.sub(relative, delta);
      const distance = periodic ? wrapAll(straight, slots) : straight;
      const exponent = tf.neg(tf.square(tf.div(distance, tf.mul(sigma, Math.SQRT2))));
      return { kernel: (periodic ? tf.softmax(exponent) : normalised(tf.exp(exponent))) as T, parameters: { delta, sigma } };
    },
  };
}

/** As published: the added constant leaves nothing of a kernel that has underflowed. */
function normalised(bell: Tensor): Tensor {
  return tf.div(bell, tf.add(tf.sum(bell, -1, true), 1e-8));
}

/** The x whose softplus log(1 + exp(x)) is `value`. */
function inverseSoftplus(value: number): number {
  return value + Math.log(-Math.expm1(-value));
}
