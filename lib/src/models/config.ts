import { z } from "zod";
import { InitialStateConfig, SharpeningConfig, ShiftsConfig } from "../memory/config.js";

const count = z
  .number()
  .int()
  .min(1)
  .max(1 << 20);

/** Multilayer perceptron: linear layers with ReLU between them. */
export const MlpConfig = z.strictObject({
  kind: z.literal("mlp"),
  features: count,
  hidden: z.array(count).min(1),
  classes: count,
});

/** of a sequence; absent: any number, the model runs on sequences of every length */
const steps = count.optional();
/** "last": one row of logits after the last step; "every": one after each step; absent: "last" */
const answers = z.enum(["last", "every"]).optional();

/** Gated recurrent unit: last hidden state -> linear. */
export const GruConfig = z.strictObject({
  kind: z.literal("gru"),
  steps,
  features: count,
  hidden: count,
  /** logits: one a class, or one a bit of an answer */
  classes: count,
  answers,
  /** the state before the first step: zero, or trainable; absent: "zero" */
  initial: z.enum(["zero", "learned"]).optional(),
});

/** Long short-term memory: last hidden state -> linear. */
export const LstmConfig = z.strictObject({
  ...GruConfig.shape,
  kind: z.literal("lstm"),
  /** what the forget gate's bias starts with; absent: near 0, as in PyTorch */
  forgetBias: z.number().optional(),
});

/** Bidirectional GRU of MNIST-1D's authors: the hidden states of all steps -> linear. */
export const BiGruConfig = z.strictObject({
  kind: z.literal("bigru"),
  steps: count,
  features: count,
  hidden: count,
  classes: count,
});

/** Convolutional network of MNIST-1D's authors: three convolutions with stride 2 and ReLU -> linear. */
export const CnnConfig = z.strictObject({
  kind: z.literal("cnn"),
  steps: count,
  features: count,
  channels: count,
  classes: count,
});

/** What controls a memory: a GRU cell, an LSTM cell, or one linear layer with tanh. */
export const ControllerKind = z.enum(["gru", "lstm", "feedforward"]);

/** Neural Turing Machine. The optional keys are as published where they are absent. */
export const NtmConfig = z.strictObject({
  kind: z.literal("ntm"),
  steps,
  features: count,
  hidden: count,
  slots: count,
  width: count,
  /** how heads move: all alike, or read and write heads each in their way */
  shift: ShiftsConfig,
  initial: InitialStateConfig,
  classes: count,
  /** absent: "power" */
  sharpening: SharpeningConfig.optional(),
  answers,
  /** what the logits see: the hidden state, or also what was read at the same step; absent: "hidden" */
  readout: z.enum(["hidden", "hidden+read"]).optional(),
  /** absent: "gru" */
  controller: ControllerKind.optional(),
  /** absent: 1 */
  readHeads: count.optional(),
  /** absent: 1 */
  writeHeads: count.optional(),
});

/** Any model that `buildModel` makes. */
export const ModelConfig = z.discriminatedUnion("kind", [MlpConfig, GruConfig, LstmConfig, BiGruConfig, CnnConfig, NtmConfig]);

/** Multilayer perceptron: linear layers with ReLU between them. */
export interface MlpConfig extends z.infer<typeof MlpConfig> {}
/** Gated recurrent unit: last hidden state -> linear. */
export interface GruConfig extends z.infer<typeof GruConfig> {}
/** Long short-term memory: last hidden state -> linear. */
export interface LstmConfig extends z.infer<typeof LstmConfig> {}
/** Bidirectional GRU of MNIST-1D's authors: the hidden states of all steps -> linear. */
export interface BiGruConfig extends z.infer<typeof BiGruConfig> {}
/** Convolutional network of MNIST-1D's authors: three convolutions with stride 2 and ReLU -> linear. */
export interface CnnConfig extends z.infer<typeof CnnConfig> {}
/** What controls a memory: a GRU cell, an LSTM cell, or one linear layer with tanh. */
export type ControllerKind = z.infer<typeof ControllerKind>;
/** Neural Turing Machine. The optional keys are as published where they are absent. */
export interface NtmConfig extends z.infer<typeof NtmConfig> {}
/** Any model that `buildModel` makes. */
export type ModelConfig = MlpConfig | GruConfig | LstmConfig | BiGruConfig | CnnConfig | NtmConfig;
