import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { show, UserError } from "../../support/user-error.js";
import { check } from "../../support/validate.js";

/** Published: the smallest focus width, in slots. */
export const FLOOR = 0.1;

/** @internal */
export const DiscreteShiftConfig = z.strictObject({
  kind: z.literal("discrete"),
  offsets: z
    .array(z.number().int())
    .min(1)
    // twice the same would be one slot with two logits
    .refine((offsets) => new Set(offsets).size === offsets.length, "expected each offset once"),
});
/** Discrete shift over the listed offsets (Graves et al. 2014, eq. 8); the published order is +1, 0, -1. */
export interface DiscreteShiftConfig extends z.infer<typeof DiscreteShiftConfig> {}

/** @internal */
export const AnnealConfig = z.strictObject({
  from: z.number().min(1),
  /** share of the training after which the factor is 1; absent: all of it */
  until: z.number().positive().max(1).optional(),
});
/** A focus width that shrinks in the course of training: it is multiplied by `from` at first, by 1 in the end. */
export interface AnnealConfig extends z.infer<typeof AnnealConfig> {}

/** @internal */
export const GaussianShiftConfig = z
  .strictObject({
    kind: z.literal("gaussian"),
    /**
     * smallest focus width, in slots; absent: 0.1, as published. At 0.001 a head looks at one slot; much below it the
     * exponents grow so large that compiled code, which rounds less, subtracts another maximum than it takes the
     * exponential of
     */
    sigmaFloor: z.number().positive().min(1e-3).optional(),
    /** true: distances wrap around the ring for any delta, no head goes dead; absent or false: as published */
    periodic: z.boolean().optional(),
    /** focus width, in slots, of a head whose hidden state is 0; absent: as the head's random bias has it (near 0.8) */
    sigmaInit: z.number().positive().optional(),
    /** shift, in slots, of a head whose hidden state is 0; absent: as the head's random bias has it (near 0) */
    deltaInit: z.number().optional(),
    /**
     * what sets sigma: the head anew at each step; a value that each head learns; or none but sigmaInit. Absent: "step"
     */
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
/** Continuous shift by delta with a Gaussian focus of width sigma = softplus + floor (DMS-NTM). */
export interface GaussianShiftConfig extends z.infer<typeof GaussianShiftConfig> {}

/** Several shifts at once, mixed by a softmax that the head says at each step. */
export interface MixtureShiftConfig {
  kind: "mixture";
  /** of any kinds, at least two */
  of: ShiftConfig[];
}

/**
 * Says which shift, by its `kind`, and how it is set. Those of other kinds are made by what `registerShift` returns.
 */
export type ShiftConfig = DiscreteShiftConfig | GaussianShiftConfig | MixtureShiftConfig;

/** What a shift may use besides what its head says at this step. */
export interface ShiftContext {
  /** the shift's `learned` numbers, [learned], or [heads, learned] */
  learned?: Tensor | undefined;
  /** how much of the training is over, from 0 to 1; absent: all of it */
  progress?: Scalar | undefined;
}

/**
 * How a head may move its weighting along the slots. A shift says how many numbers of the head's output it takes and
 * turns them into a kernel of a circular convolution; whoever has a new idea for a shift writes one file like
 * `discrete.ts`, or a cell of a notebook.
 */
export interface Shift {
  readonly kind: string;
  /** what `shiftOf` makes the same shift from, so that a model can be given the shift itself, see `ntm` */
  readonly config?: ShiftConfig;
  /** of a mixture: what its components are called, in the order of their shares */
  readonly components?: readonly string[];
  /** how many of the head's outputs the shift takes, at least one */
  readonly outputs: number;
  /** the value that each output starts with while the hidden state is 0; undefined: as its random bias has it */
  readonly start?: readonly (number | undefined)[];
  /** numbers that a head learns for all steps alike, by the values they start with; undefined: drawn as a bias is */
  readonly learned?: readonly (number | undefined)[];
  /** whether the kernel depends on how much of the training is over */
  readonly annealed?: boolean;
  /** the relative slots that the kernel covers; positive moves to higher slots */
  offsets(slots: number): number[];
  /**
   * @param raw [batch, outputs] or [batch, heads, outputs], unbounded
   * @returns kernel with the offsets on the last axis, and the parameters that made it, by name, each [batch, n] or
   *   [batch, heads, n]
   */
  kernel(raw: Tensor, slots: number, context?: ShiftContext): { kernel: Tensor; parameters: Record<string, Tensor> };
}

/**
 * Checks what a shift is made from by its function, as a config of its kind.
 *
 * @param options as they were given; the kind may be left out
 * @param example options that are right
 * @param defaults what is absent
 * @throws UserError
 */
export function checkOptions<S extends z.ZodType<{ kind: string }>>(
  schema: S,
  kind: z.output<S>["kind"],
  options: unknown,
  example: string,
  defaults: object = {},
): z.output<S> {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new UserError(`${kind}: options are ${show(options)}, expected an object such as ${example}`);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return check(schema, { ...defaults, ...Object.fromEntries(given), kind }, `${kind} shift`);
}
