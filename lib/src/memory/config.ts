import { z } from "zod";

/** Discrete shift over the listed offsets (Graves et al. 2014, eq. 8); the published order is +1, 0, -1. */
export const DiscreteShiftConfig = z.strictObject({
  kind: z.literal("discrete"),
  offsets: z.array(z.number().int()).min(1),
});

/** Continuous shift by delta with a Gaussian focus of width sigma = softplus + floor (DMS-NTM). */
export const GaussianShiftConfig = z.strictObject({
  kind: z.literal("gaussian"),
  /** smallest focus width, in slots */
  sigmaFloor: z.number().positive(),
});

export const ShiftConfig = z.discriminatedUnion("kind", [DiscreteShiftConfig, GaussianShiftConfig]);

/** Where a memory model starts. The published zero memory and uniform weights make every slot identical for ever. */
export const InitialStateConfig = z.strictObject({
  memory: z.enum(["zero"]),
  readWeights: z.enum(["uniform"]),
  writeWeights: z.enum(["uniform"]),
});

export type DiscreteShiftConfig = z.infer<typeof DiscreteShiftConfig>;
export type GaussianShiftConfig = z.infer<typeof GaussianShiftConfig>;
export type ShiftConfig = z.infer<typeof ShiftConfig>;
export type InitialStateConfig = z.infer<typeof InitialStateConfig>;
