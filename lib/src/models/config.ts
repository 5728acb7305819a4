import { z } from "zod";

const count = z.number().int().min(1).max(1 << 20);

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

export const MlpConfig = z.strictObject({
  kind: z.literal("mlp"),
  features: count,
  hidden: z.array(count).min(1),
  classes: count,
});

export const GruConfig = z.strictObject({ kind: z.literal("gru"), steps: count, features: count, hidden: count, classes: count });

/** Neural Turing Machine with a GRU-cell controller, one read head and one write head. */
export const NtmConfig = z.strictObject({
  kind: z.literal("ntm"),
  steps: count,
  features: count,
  hidden: count,
  slots: count,
  width: count,
  shift: ShiftConfig,
  initial: InitialStateConfig,
  classes: count,
});

export const ModelConfig = z.discriminatedUnion("kind", [MlpConfig, GruConfig, NtmConfig]);

export type DiscreteShiftConfig = z.infer<typeof DiscreteShiftConfig>;
export type GaussianShiftConfig = z.infer<typeof GaussianShiftConfig>;
export type ShiftConfig = z.infer<typeof ShiftConfig>;
export type InitialStateConfig = z.infer<typeof InitialStateConfig>;
export type MlpConfig = z.infer<typeof MlpConfig>;
export type GruConfig = z.infer<typeof GruConfig>;
export type NtmConfig = z.infer<typeof NtmConfig>;
export type ModelConfig = z.infer<typeof ModelConfig>;
