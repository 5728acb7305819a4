import { ModelConfig, publishedModels, soundModels } from "../models/index.js";
import { check } from "../support/validate.js";
import { checkSeeds } from "./protocols.js";
import type { RunSpec } from "./run.js";
import type { TrainingConfig } from "./schema.js";
import { canonicalData, soundTraining } from "./sound.js";

/** Protocol of the attempts at a high accuracy on the canonical split; an attempt's name is that of its runs. */
export const accuracyProtocol = "accuracy";

/** Runs an attempt, seeds 0, 1, 2, ... */
export const accuracySeeds = 5;

/** Parameters that a model may have here. */
export const accuracyLimit = 25_000;

/** One way to train a model of at most 25,000 parameters on the canonical split, reading all 40 features in order, one a step. */
export interface Attempt {
  /** what it tries, as a phrase */
  what: string;
  model: ModelConfig;
  /** what differs from `accuracyTraining` */
  training?: Partial<TrainingConfig>;
  /** of the 4,000 training samples so many are held out for choosing among the attempts; default 500 */
  validation?: number;
}

/** How the attempts are trained where they don't say otherwise: as in the sound protocol, at the middle of its learning rates. */
export const accuracyTraining: TrainingConfig = { ...soundTraining, learningRate: 5.5e-3 };

/** MNIST-1D's generator rotates every sample; half the length either way makes any rotation of a sample. */
const roll = 20;
const augmented: Partial<TrainingConfig> = { augment: { roll, scale: 0.1, shear: 0.3, noise: 0.1 } };
const long: Partial<TrainingConfig> = { ...augmented, clipNorm: 1, epochs: 150 };
const periodic = soundModels["dms-periodic"](40);
const published = { epochs: 30, learningRate: 2.3e-3, schedule: undefined } as const;

/** In the order in which they were thought of; all are kept, whatever they gave. */
export const accuracyAttempts: Readonly<Record<string, Attempt>> = {
  "dms-short": {
    what: "DMS-NTM as published: 30 epochs, constant learning rate",
    model: publishedModels.dms,
    training: published,
  },
  dms: { what: "DMS-NTM as published, 60 epochs, cosine schedule", model: publishedModels.dms },
  ntm: { what: "NTM as published, 60 epochs, cosine schedule", model: publishedModels.ntm },
  "dms-periodic": { what: "periodic DMS-NTM with a learned start", model: periodic },
  "ntm-learned": { what: "NTM with a learned start", model: soundModels["ntm-learned"](40) },
  "gru-large": { what: "GRU of the same size, no memory", model: soundModels["gru-large"](40) },
  lstm: { what: "LSTM of the same size, no memory", model: soundModels.lstm(40) },
  "ntm-learned-roll": {
    what: "NTM with a learned start, samples rotated at random",
    model: soundModels["ntm-learned"](40),
    training: { augment: { roll } },
  },
  "gru-large-roll": {
    what: "GRU of the same size, samples rotated at random",
    model: soundModels["gru-large"](40),
    training: { augment: { roll } },
  },
  "dms-periodic-roll": {
    what: "periodic DMS-NTM, samples rotated at random",
    model: periodic,
    training: { augment: { roll } },
  },
  "dms-periodic-augmented": {
    what: "periodic DMS-NTM, samples rotated, scaled, sheared, with noise (augmented)",
    model: periodic,
    training: augmented,
  },
  "dms-periodic-read": {
    what: "periodic DMS-NTM, augmented, answering from hidden state and memory, gradients clipped",
    model: { ...periodic, readout: "hidden+read" },
    training: { ...augmented, clipNorm: 1 },
  },
  "dms-periodic-long": {
    what: "periodic DMS-NTM, augmented, answering from hidden state and memory, gradients clipped, 150 epochs",
    model: { ...periodic, readout: "hidden+read" },
    training: long,
  },
  "gru-large-long": {
    what: "GRU of the same size, augmented, gradients clipped, 150 epochs",
    model: soundModels["gru-large"](40),
    training: long,
  },
};

/**
 * The runs of all attempts, seed by seed, so that a part of them is balanced.
 *
 * @returns seeds runs of each attempt
 * @throws UserError when `seeds` is no number from 1 to 1,000
 */
export function accuracyPlan(seeds = accuracySeeds): RunSpec[] {
  return Array.from({ length: checkSeeds(seeds) }, (_, seed) =>
    Object.entries(accuracyAttempts).map(([name, { model, training, validation = 500 }]) => ({
      protocol: accuracyProtocol,
      name,
      seed,
      config: {
        data: canonicalData,
        stride: 1,
        ...(validation > 0 ? { validation } : {}),
        model: check(ModelConfig, { ...model, steps: 40 }, `model config of ${name}`),
        training: withoutAbsent({ ...accuracyTraining, ...training }),
      },
    })),
  ).flat();
}

/** Keys that are undefined would make a config differ from its record's. */
function withoutAbsent<T extends object>(config: T): T {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as T;
}
