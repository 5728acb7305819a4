import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../../tensorflow.js";
import { wrap } from "../circular.js";
import type { Shift } from "./shift.js";

/**
 * Continuous shift by `delta` slots with a Gaussian focus of width `sigma` = softplus + floor slots (DMS-NTM), as published:
 *
 *     K_ij = exp(-(wrap(i - j) - delta)^2 / (2 sigma^2)) / (sum_j' exp(...) + 1e-8)
 *
 * K depends on i - j alone, so a head needs N exponentials. Two faults of the published form are kept here: it is not periodic in delta,
 * so that a delta far beyond +-N/2 underflows everywhere and leaves 0 / 1e-8, a dead head; and it jumps where wrap jumps.
 *
 * @param options.sigmaFloor smallest focus width in slots; published: 0.1
 */
export function gaussian({ sigmaFloor = 0.1 }: { sigmaFloor?: number } = {}): Shift {
  return {
    kind: "gaussian",
    outputs: 2,
    offsets: (slots) => Array.from({ length: slots }, (_, d) => wrap(d, slots)),
    kernel<T extends Tensor>(raw: T, slots: number) {
      const [delta, width] = tf.split(raw, 2, -1) as [T, T];
      const sigma = tf.add(tf.softplus(width), sigmaFloor) as T;
      const relative = tf.tensor1d(this.offsets(slots));
      const bell = tf.exp(tf.neg(tf.square(tf.div(tf.sub(relative, delta), tf.mul(sigma, Math.SQRT2)))));
      const kernel = tf.div(bell, tf.add(tf.sum(bell, -1, true), 1e-8)) as T;
      return { kernel, parameters: { delta, sigma } };
    },
  };
}
