import { z } from "zod";
import { InitialStateConfig, SharpeningConfig, ShiftConfig } from "../memory/config.js";

const count = z
  .number()
  .int()
  .min(1)
  .max(1 << 20);

export const MlpConfig = z.strictObject({
  kind: z.literal("mlp"),
  features: count,
  hidden: z.array(count).min(1),
  classes: count,
});

export const GruConfig = z.strictObject({
  kind: z.literal("gru"),
  steps: count,
  features: count,
  hidden: count,
  classes: count,
});

/** Neural Turing Machine. The optional keys are as published where they are absent. */
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
  /** absent: "power" */
  sharpening: SharpeningConfig.optional(),
  /** what the logits see: the last hidden state, or also what was read last; absent: "hidden" */
  readout: z.enum(["hidden", "hidden+read"]).optional(),
  /** absent: 1 */
  readHeads: count.optional(),
  /** absent: 1 */
  writeHeads: count.optional(),
});

export const ModelConfig = z.discriminatedUnion("kind", [MlpConfig, GruConfig, NtmConfig]);

export type MlpConfig = z.infer<typeof MlpConfig>;
export type GruConfig = z.infer<typeof GruConfig>;
export type NtmConfig = z.infer<typeof NtmConfig>;
export type ModelConfig = z.infer<typeof ModelConfig>;
