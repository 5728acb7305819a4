import { z } from "zod";
import { InitialStateConfig, SharpeningConfig, ShiftsConfig, size } from "../memory/config.js";
import { DncKeys, dncMemory, LieAccessKeys, lieAccessMemory, type Memory, ntmMemory } from "../memory/index.js";
import { Kinds } from "../support/kinds.js";

const MlpConfig = z.strictObject({
  kind: z.literal("mlp"),
  features: size,
  hidden: z.array(size).min(1),
  classes: size,
});
/** Multilayer perceptron: linear layers with ReLU between them. */
export interface MlpConfig extends z.infer<typeof MlpConfig> {}

/** of a sequence; absent: any number, the model runs on sequences of every length */
const steps = size.optional();
/** "last": one row of logits after the last step; "every": one after each step; absent: "last" */
const answers = z.enum(["last", "every"]).optional();

const GruConfig = z.strictObject({
  kind: z.literal("gru"),
  steps,
  features: size,
  hidden: size,
  /** logits: one a class, or one a bit of an answer */
  classes: size,
  answers,
  /** the state before the first step: zero, or trainable; absent: "zero" */
  initial: z.enum(["zero", "learned"]).optional(),
});
/** Gated recurrent unit: last hidden state -> linear. */
export interface GruConfig extends z.infer<typeof GruConfig> {}

const LstmConfig = z.strictObject({
  ...GruConfig.shape,
  kind: z.literal("lstm"),
  /** what the forget gate's bias starts with; absent: near 0, as in PyTorch */
  forgetBias: z.number().optional(),
});
/** Long short-term memory: last hidden state -> linear. */
export interface LstmConfig extends z.infer<typeof LstmConfig> {}

const BiGruConfig = z.strictObject({
  kind: z.literal("bigru"),
  steps: size,
  features: size,
  hidden: size,
  classes: size,
});
/** Bidirectional GRU of MNIST-1D's authors: the hidden states of all steps -> linear. */
export interface BiGruConfig extends z.infer<typeof BiGruConfig> {}

const CnnConfig = z.strictObject({
  kind: z.literal("cnn"),
  steps: size,
  features: size,
  channels: size,
  classes: size,
});
/** Convolutional network of MNIST-1D's authors: three convolutions with stride 2 and ReLU -> linear. */
export interface CnnConfig extends z.infer<typeof CnnConfig> {}

const ControllerKind = z.enum(["gru", "lstm", "feedforward"]);
/** What controls a memory: a GRU cell, an LSTM cell, or one linear layer with tanh. */
export type ControllerKind = z.infer<typeof ControllerKind>;

const NtmConfig = z.strictObject({
  kind: z.literal("ntm"),
  steps,
  features: size,
  hidden: size,
  slots: size,
  width: size,
  /** how heads move: all alike, or read and write heads each in their way */
  shift: ShiftsConfig,
  initial: InitialStateConfig,
  classes: size,
  /** absent: "power" */
  sharpening: SharpeningConfig.optional(),
  answers,
  /** what the logits see: the hidden state, or also what was read at the same step; absent: "hidden" */
  readout: z.enum(["hidden", "hidden+read"]).optional(),
  /** absent: "gru" */
  controller: ControllerKind.optional(),
  /** absent: 1 */
  readHeads: size.optional(),
  /** absent: 1 */
  writeHeads: size.optional(),
});
/** Neural Turing Machine. The optional keys are as published where they are absent. */
export interface NtmConfig extends z.infer<typeof NtmConfig> {}

/** What the config of every model with a memory says, whatever the memory. */
export const memoryFrame = {
  steps,
  features: size,
  hidden: size,
  classes: size,
  answers,
  readout: NtmConfig.shape.readout,
  controller: NtmConfig.shape.controller,
};

const DncConfig = z.strictObject({ kind: z.literal("dnc"), ...memoryFrame, ...DncKeys });
/** Differentiable Neural Computer. */
export interface DncConfig extends z.infer<typeof DncConfig> {}

const LieAccessConfig = z.strictObject({ kind: z.literal("lie-access"), ...memoryFrame, ...LieAccessKeys });
/** Lie-access Neural Turing Machine, the heads moved by translations in a plane. */
export interface LieAccessConfig extends z.infer<typeof LieAccessConfig> {}

/** A model with a memory. Those of other kinds are made known by `registerMemory`. */
export type MemoryConfig = NtmConfig | DncConfig | LieAccessConfig;
/**
 * Any model that `buildModel` makes.
 * `ModelConfig.parse(value)` checks one.
 */
export type ModelConfig = MlpConfig | GruConfig | LstmConfig | BiGruConfig | CnnConfig | MemoryConfig;

/** The models of this library, some with a memory, which is made of the whole config; a new one is one entry here. */
export const models = new Kinds<Memory, ModelConfig>("kind", "memory", {
  mlp: { config: MlpConfig },
  gru: { config: GruConfig },
  lstm: { config: LstmConfig },
  bigru: { config: BiGruConfig },
  cnn: { config: CnnConfig },
  ntm: { config: NtmConfig, make: ntmMemory as never },
  dnc: { config: DncConfig, make: dncMemory as never },
  "lie-access": { config: LieAccessConfig, make: lieAccessMemory as never },
});

/** @internal */
export const ModelConfig = models.config;

const isMemory = (kind: unknown): boolean => models.find(kind)?.make !== undefined;

/** The kinds of models with a memory, as they are known now. */
export const memoryKinds = (): string[] => models.names.filter(isMemory);

/** Whether a model has a memory, of whatever kind. */
export const hasMemory = (config: ModelConfig): config is MemoryConfig => isMemory(config.kind);
