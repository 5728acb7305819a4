import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { UserError } from "../../support/user-error.js";
import { tf } from "../../tensorflow/tf.js";
import { wrap, wrapAll } from "../circular.js";
import type { Shift, ShiftContext } from "./shift.js";
import { type AnnealConfig, checkOptions, FLOOR, GaussianShiftConfig } from "./shift.js";

/** As in the config; what is absent is as published. */
export interface GaussianOptions extends Partial<Omit<GaussianShiftConfig, "kind">> {}

/**
 * Continuous shift by `delta` slots with a Gaussian focus of width `sigma` = softplus + floor slots (DMS-NTM), as
 * published:
 *
 *     K_ij = exp(-(wrap(i - j) - delta)^2 / (2 sigma^2)) / (sum_j' exp(...) + 1e-8)
 *
 * K depends on i - j alone, so a head needs N exponentials. Two faults of the published form are kept here: it is not
 * periodic in delta, so that a delta far beyond +-N/2 underflows everywhere and leaves 0 / 1e-8, a dead head; and it
 * jumps where wrap jumps. A third comes with a small sigma: half-way between two slots the sum is 2 exp(-1 / (8
 * sigma^2)), which the 1e-8 outweighs below sigma = 0.081. The published floor of 0.1 keeps 99.9 % of the weight there,
 * 0.05 none. The periodic form has none of the three:
 *
 *     K_ij = softmax over i - j of -wrap(i - j - delta)^2 / (2 sigma^2)
 *
 * @throws UserError when an option is wrong or unknown
 */
export function gaussian(options: GaussianOptions = {}): Shift {
  checkOptions(GaussianShiftConfig, "gaussian", options, "{ sigmaInit: 1 }");
  const { sigmaFloor = FLOOR, periodic = false, sigmaInit, deltaInit, sigma: source = "step", anneal } = options;
  const sigmaStart = sigmaInit === undefined ? undefined : inverseSoftplus(sigmaInit - sigmaFloor);
  const widthOf = <T extends Tensor>(raw: T) => tf.add(tf.softplus(raw), sigmaFloor) as T;
  /** [batch, ..., 1] where it is said at each step, [..., 1] where it is learned */
  const sigmaOf = <T extends Tensor>(said: T | undefined, learned: Tensor | undefined): T => {
    if (source === "fixed") return tf.scalar(sigmaInit!) as never;
    if (source === "step") return widthOf(said!);
    if (!learned)
      throw new UserError('gaussian: sigma is learned ("head"), but no value was given for it: give it as learned');
    return widthOf(learned as T);
  };
  return {
    kind: "gaussian",
    config: { ...options, kind: "gaussian" },
    outputs: source === "step" ? 2 : 1,
    start: source === "step" ? [deltaInit, sigmaStart] : [deltaInit],
    learned: source === "head" ? [sigmaStart] : [],
    annealed: anneal !== undefined,
    offsets: (slots) => Array.from({ length: slots }, (_, d) => wrap(d, slots)),
    kernel(raw, slots, { learned, progress }: ShiftContext = {}) {
      const [delta, said] = source === "step" ? (tf.split(raw, 2, -1) as [Tensor, Tensor]) : [raw];
      const own = sigmaOf(said, learned);
      const sigma = anneal && progress ? tf.mul(own, factorOf(anneal, progress)) : own;
      const relative = tf.tensor1d(this.offsets(slots));
      const straight = tf.sub(relative, delta);
      const distance = periodic ? wrapAll(straight, slots) : straight;
      const exponent = tf.neg(tf.square(tf.div(distance, tf.mul(sigma, Math.SQRT2))));
      const kernel = periodic ? tf.softmax(exponent) : normalised(tf.exp(exponent));
      const everywhere = source === "step" ? sigma : tf.add(tf.zerosLike(delta), sigma);
      return { kernel, parameters: { delta, sigma: everywhere } };
    },
  };
}

/** As published: the added constant leaves nothing of a kernel that has underflowed. */
function normalised(bell: Tensor): Tensor {
  return tf.div(bell, tf.add(tf.sum(bell, -1, true), 1e-8));
}

/** from^(1 - progress / until), at least 1: the same ratio narrower with each step. */
function factorOf({ from, until = 1 }: AnnealConfig, progress: Scalar): Tensor {
  return tf.exp(tf.mul(tf.relu(tf.sub(1, tf.div(progress, until))), Math.log(from)));
}

/** The x whose softplus log(1 + exp(x)) is `value`. */
function inverseSoftplus(value: number): number {
  return value + Math.log(-Math.expm1(-value));
}
