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
