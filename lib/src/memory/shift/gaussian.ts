import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { tf } from "../../tensorflow/tf.js";
import { wrap, wrapAll } from "../circular.js";
import { checkOptions } from "./options.js";
import { builtIn } from "./registry.js";
import type { Shift, ShiftContext } from "./shift.js";

/** Published: the smallest focus width, in slots. */
const FLOOR = 0.1;

/** A focus width that shrinks in the course of training: it is multiplied by `from` at first, by 1 in the end. */
export const AnnealConfig = z.strictObject({
  from: z.number().min(1),
  /** share of the training after which the factor is 1; absent: all of it */
  until: z.number().positive().max(1).optional(),
});
export type AnnealConfig = z.infer<typeof AnnealConfig>;

/** Continuous shift by delta with a Gaussian focus of width sigma = softplus + floor (DMS-NTM). */
export const GaussianShiftConfig = z
  .strictObject({
    kind: z.literal("gaussian"),
    /**
     * smallest focus width, in slots; absent: 0.1, as published. At 0.001 a head looks at one slot; much below it the exponents grow so large
     * that compiled code, which rounds less, subtracts another maximum than it takes the exponential of
     */
    sigmaFloor: z.number().positive().min(1e-3).optional(),
    /** true: distances wrap around the ring for any delta, no head goes dead; absent or false: as published */
    periodic: z.boolean().optional(),
    /** focus width, in slots, of a head whose hidden state is 0; absent: as the head's random bias has it (near 0.8) */
    sigmaInit: z.number().positive().optional(),
    /** shift, in slots, of a head whose hidden state is 0; absent: as the head's random bias has it (near 0) */
    deltaInit: z.number().optional(),
    /** what sets sigma: the head anew at each step; a value that each head learns; or none but sigmaInit. Absent: "step" */
    sigma: z.enum(["step", "head", "fixed"]).optional(),
    /** absent: sigma is the same early and late in training */
    anneal: AnnealConfig.optional(),
  })
  .refine(({ sigmaInit, sigmaFloor = FLOOR }) => sigmaInit === undefined || sigmaInit > sigmaFloor, {
    path: ["sigmaInit"],
    message: "expected more than sigmaFloor",
  })
  .refine(({ sigma, sigmaInit }) => sigma !== "fixed" || sigmaInit !== undefined, {
    path: ["sigmaInit"],
    message: "expected the width that sigma is fixed at",
  });
export type GaussianShiftConfig = z.infer<typeof GaussianShiftConfig>;

/** As in the config; what is absent is as published. */
export type GaussianOptions = Partial<Omit<GaussianShiftConfig, "kind">>;

/**
 * Continuous shift by `delta` slots with a Gaussian focus of width `sigma` = softplus + floor slots (DMS-NTM), as published:
 *
 *     K_ij = exp(-(wrap(i - j) - delta)^2 / (2 sigma^2)) / (sum_j' exp(...) + 1e-8)
 *
 * K depends on i - j alone, so a head needs N exponentials. Two faults of the published form are kept here: it is not periodic in delta,
 * so that a delta far beyond +-N/2 underflows everywhere and leaves 0 / 1e-8, a dead head; and it jumps where wrap jumps. A third comes with
 * a small sigma: half-way between two slots the sum is 2 exp(-1 / (8 sigma^2)), which the 1e-8 outweighs below sigma = 0.081. The
 * published floor of 0.1 keeps 99.9 % of the weight there, 0.05 none. The periodic form has none of the three:
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
    if (!learned) throw new Error('gaussian: sigma is learned ("head"), but no value was given for it');
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

builtIn("gaussian", GaussianShiftConfig, gaussian);
