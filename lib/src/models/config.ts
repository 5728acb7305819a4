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

/** Long short-term memory: last hidden state -> linear. */
export const LstmConfig = z.strictObject({
  ...GruConfig.shape,
  kind: z.literal("lstm"),
  /** what the forget gate's bias starts with; absent: near 0, as in PyTorch */
  forgetBias: z.number().optional(),
});

/** Bidirectional GRU of MNIST-1D's authors: the hidden states of all steps -> linear. */
export const BiGruConfig = z.strictObject({ ...GruConfig.shape, kind: z.literal("bigru") });

/** Convolutional network of MNIST-1D's authors: three convolutions with stride 2 and ReLU -> linear. */
export const CnnConfig = z.strictObject({
  kind: z.literal("cnn"),
  steps: count,
  features: count,
  channels: count,
  classes: count,
});

export const ControllerKind = z.enum(["gru", "lstm", "feedforward"]);

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
  /** absent: "gru" */
  controller: ControllerKind.optional(),
  /** absent: 1 */
  readHeads: count.optional(),
  /** absent: 1 */
  writeHeads: count.optional(),
});

export const ModelConfig = z.discriminatedUnion("kind", [MlpConfig, GruConfig, LstmConfig, BiGruConfig, CnnConfig, NtmConfig]);

export type MlpConfig = z.infer<typeof MlpConfig>;
export type GruConfig = z.infer<typeof GruConfig>;
export type LstmConfig = z.infer<typeof LstmConfig>;
export type BiGruConfig = z.infer<typeof BiGruConfig>;
export type CnnConfig = z.infer<typeof CnnConfig>;
export type ControllerKind = z.infer<typeof ControllerKind>;
export type NtmConfig = z.infer<typeof NtmConfig>;
export type ModelConfig = z.infer<typeof ModelConfig>;
