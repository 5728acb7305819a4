import { z } from "zod";
import { InitialStateConfig, SharpeningConfig, ShiftsConfig } from "../memory/config.js";
import { DncKeys, dncMemory, LieAccessKeys, lieAccessMemory, type Memory, ntmMemory } from "../memory/index.js";
import { Kinds } from "../support/kinds.js";
import { choosing } from "../support/validate.js";

const count = z
  .number()
  .int()
  .min(1)
  .max(1 << 20);

/** Multilayer perceptron: linear layers with ReLU between them. @internal */
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

/** Gated recurrent unit: last hidden state -> linear. @internal */
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

/** Long short-term memory: last hidden state -> linear. @internal */
export const LstmConfig = z.strictObject({
  ...GruConfig.shape,
  kind: z.literal("lstm"),
  /** what the forget gate's bias starts with; absent: near 0, as in PyTorch */
  forgetBias: z.number().optional(),
});

/** Bidirectional GRU of MNIST-1D's authors: the hidden states of all steps -> linear. @internal */
export const BiGruConfig = z.strictObject({
  kind: z.literal("bigru"),
  steps: count,
  features: count,
  hidden: count,
  classes: count,
});

/** Convolutional network of MNIST-1D's authors: three convolutions with stride 2 and ReLU -> linear. @internal */
export const CnnConfig = z.strictObject({
  kind: z.literal("cnn"),
  steps: count,
  features: count,
  channels: count,
  classes: count,
});

/** What controls a memory: a GRU cell, an LSTM cell, or one linear layer with tanh. @internal */
export const ControllerKind = z.enum(["gru", "lstm", "feedforward"]);

/** Neural Turing Machine. The optional keys are as published where they are absent. @internal */
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

/** What the config of every model with a memory says, whatever the memory. */
export const memoryFrame = {
  steps,
  features: count,
  hidden: count,
  classes: count,
  answers,
  readout: NtmConfig.shape.readout,
  controller: NtmConfig.shape.controller,
};

/** Differentiable Neural Computer. @internal */
export const DncConfig = z.strictObject({ kind: z.literal("dnc"), ...memoryFrame, ...DncKeys });

/** Lie-access Neural Turing Machine, the heads moved by translations in a plane. @internal */
export const LieAccessConfig = z.strictObject({ kind: z.literal("lie-access"), ...memoryFrame, ...LieAccessKeys });

/** The memories of this library, made of the whole config of a model; a new one is one file and one entry here. */
export const memories = new Kinds<Memory, MemoryConfig>("kind", "a kind", "registerMemory", {
  ntm: { config: NtmConfig, make: ntmMemory as never },
  dnc: { config: DncConfig, make: dncMemory as never },
  "lie-access": { config: LieAccessConfig, make: lieAccessMemory as never },
});

/** Models without a memory. */
export const withoutMemory = { mlp: MlpConfig, gru: GruConfig, lstm: LstmConfig, bigru: BiGruConfig, cnn: CnnConfig };

/** Any model that `buildModel` makes, also with a memory that `registerMemory` made known. @internal */
export const ModelConfig: z.ZodType<ModelConfig> = choosing((value) => {
  if (typeof value !== "object" || value === null) return z.looseObject({}) as never;
  const { kind } = value as { kind?: keyof typeof withoutMemory };
  const known = kind && Object.hasOwn(withoutMemory, kind) ? withoutMemory[kind] : memories.find(kind)?.config;
  return (known as never) ?? memories.refusing([...Object.keys(withoutMemory), ...memories.names]);
});

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
/** Differentiable Neural Computer. */
export interface DncConfig extends z.infer<typeof DncConfig> {}
/** Lie-access Neural Turing Machine, the heads moved by translations in a plane. */
export interface LieAccessConfig extends z.infer<typeof LieAccessConfig> {}
/** A model with a memory. Those of other kinds are made known by `registerMemory`. */
export type MemoryConfig = NtmConfig | DncConfig | LieAccessConfig;
/**
 * Any model that `buildModel` makes.
 * `ModelConfig.parse(value)` checks one.
 */
export type ModelConfig = MlpConfig | GruConfig | LstmConfig | BiGruConfig | CnnConfig | MemoryConfig;

/** Whether a model has a memory, of whatever kind. */
export const hasMemory = (config: ModelConfig): config is MemoryConfig => memories.find(config.kind) !== undefined;
