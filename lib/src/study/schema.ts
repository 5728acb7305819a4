import { z } from "zod";
import { Mnist1dConfig } from "../dataset/config.js";
import { ModelConfig } from "../models/config.js";

const count = z.number().int().min(1);
const rate = z.number().positive().lt(1);

/** Learning-rate search: the best of `trials` log-uniform draws from `range`. */
export const SearchConfig = z.strictObject({
  trials: count,
  range: z.tuple([rate, rate]).refine(([low, high]) => low < high, "expected [low, high] with low below high"),
  epochs: count,
  batchSize: count,
  /** how many of the first training samples a trial sees */
  samples: count,
  /** what a trial is scored on: the published protocol uses the test set, a flaw that we keep under its name */
  scoredOn: z.enum(["test"]),
});

export const TrainingConfig = z.strictObject({
  epochs: count,
  batchSize: count,
  optimizer: z.enum(["adam"]),
  /** a fixed learning rate, or a search for it */
  learningRate: z.union([rate, SearchConfig]),
});

/** All that a run depends on, besides its seed. */
export const RunConfig = z.strictObject({
  data: Mnist1dConfig,
  /** sequence models read every `stride`-th feature */
  stride: count,
  model: ModelConfig,
  training: TrainingConfig,
});

export const Seed = z.number().int().min(0).max(0xffffffff);

const accuracy = z.number().min(0).max(1);

/** One epoch of the training curve. `trainLoss` is the mean over the epoch's samples while they were trained on, in nats. */
export const EpochPoint = z.strictObject({ epoch: count, trainLoss: z.number(), testLoss: z.number(), testAccuracy: accuracy });

/** `trainLoss` of the trial's last epoch; null when it diverged. */
export const TrialPoint = z.strictObject({ learningRate: rate, trainLoss: z.number().nullable(), accuracy });

/** The outcome of one run: a pure function of config and seed, so it holds neither dates nor timings. */
export const RunRecord = z.strictObject({
  format: z.literal(1),
  /** short name of the model in its protocol, e.g. "dms" */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "expected lower-case letters, digits and dashes"),
  protocol: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "expected lower-case letters, digits and dashes"),
  seed: Seed,
  config: RunConfig,
  versions: z.strictObject({ "dms-ntm": z.string(), node: z.string(), tfjs: z.string(), tensorflow: z.string() }),
  parameters: count,
  learningRate: rate,
  trials: z.array(TrialPoint),
  curve: z.array(EpochPoint).min(1),
  result: z.strictObject({ testAccuracy: accuracy, correct: z.number().int().min(0), of: count }),
});

export type SearchConfig = z.infer<typeof SearchConfig>;
export type TrainingConfig = z.infer<typeof TrainingConfig>;
export type RunConfig = z.infer<typeof RunConfig>;
export type EpochPoint = z.infer<typeof EpochPoint>;
export type TrialPoint = z.infer<typeof TrialPoint>;
export type RunRecord = z.infer<typeof RunRecord>;
