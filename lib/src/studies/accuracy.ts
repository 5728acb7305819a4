import type { ModelConfig } from "../models/index.js";
import { summarize } from "../stats/index.js";
import { accuracy } from "../study/accuracy.js";
import { type ModelSummary, summarizeModels } from "../study/model-summary.js";
import type { RunRecord, TrainingConfig } from "../study/schema.js";
import { type Contender, contenderOf, type Study } from "../study/study.js";
import { publishedModels } from "./published.js";
import { canonicalData, soundModels, soundTraining } from "./sound.js";

/** MNIST-1D's generator rotates every sample; half the length either way makes any rotation of a sample. */
const roll = 20;
const augmented: Partial<TrainingConfig> = { augment: { roll, scale: 0.1, shear: 0.3, noise: 0.1 } };
const long: Partial<TrainingConfig> = { ...augmented, clipNorm: 1, epochs: 150 };
const periodic = soundModels["dms-periodic"](40);
const published = { epochs: 30, learningRate: 2.3e-3, schedule: undefined } as const;

/** In the order in which they were thought of; all are kept, whatever they gave. */
const attempts: Readonly<Record<string, Contender<ModelConfig, TrainingConfig>>> = {
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

/** Ways to train models of at most 25,000 parameters that read all 40 features in order, one a step. */
export const accuracyStudy: Study<RunRecord> = {
  name: "accuracy",
  question: "How accurate does a small memory model get on the canonical split?",
  parts: [
    {
      name: "accuracy",
      title: "canonical split, attempts",
      data: canonicalData, // the split that others report
      stride: 1,
      validation: 500, // attempts are compared on these: the test set has no say
      models: attempts,
      training: soundTraining,
      learningRate: 5.5e-3, // the middle of the sound study's
      seeds: 5,
    },
  ],
  metric: accuracy,
  families: [], // attempts were thought of one after the other, so nothing was planned
  balanced: true,
};

/** How an attempt at a high accuracy came out. */
export interface AttemptResult extends ModelSummary {
  /** what it tried */
  what: string;
  /**
   * mean validation accuracy after the last epoch, on which attempts are compared; null for one that held nothing out,
   * or had a broken run
   */
  validation: number | null;
}

/**
 * The attempts that were made, in their order; accuracies on the canonical test set, after the last epoch.
 *
 * @throws UserError when they aren't run records
 */
export function attemptResults(records: readonly RunRecord[]): AttemptResult[] {
  const summaries = summarizeModels(records);
  const part = accuracyStudy.parts[0]!;
  return Object.keys(part.models).flatMap((name) => {
    const { what } = contenderOf(part, name);
    const summary = summaries.find(({ model }) => model === name);
    if (!summary) return [];
    const ends = records
      .filter((record) => record.name === name)
      .map(({ curve, diverged }) => (diverged ? undefined : curve.at(-1)?.validationAccuracy));
    const known = ends.filter((end) => end !== undefined);
    return [{ ...summary, what, validation: known.length === ends.length ? summarize(known).mean : null }];
  });
}
