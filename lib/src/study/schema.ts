import { z } from "zod";
import { Mnist1dConfig } from "../dataset/config.js";
import { ModelConfig } from "../models/config.js";
import { AugmentConfig } from "../training/augment.js";

export const count = z.number().int().min(1);
export const rate = z.number().positive().lt(1);

export const Seed = z.number().int().min(0).max(0xffffffff);

/** @internal */
export const SearchConfig = z.strictObject({
  trials: count,
  range: z.tuple([rate, rate]).refine(([low, high]) => low < high, "expected [low, high] with low below high"),
  epochs: count,
  batchSize: count,
  /** how many of the first training samples a trial sees */
  samples: count,
  /** what a trial is scored on: the published protocol uses the test set, a flaw that we keep under its name */
  scoredOn: z.enum(["test"]),
  /**
   * "own": each model draws its learning rates for itself, as in the publication; absent: all models of a seed try the
   * same
   */
  draws: z.enum(["own"]).optional(),
});
/**
 * Learning-rate search: the best of `trials` log-uniform draws from `range`.
 * `SearchConfig.parse(value)` checks one.
 */
export interface SearchConfig extends z.infer<typeof SearchConfig> {}

/** @internal */
export const TunedConfig = z.strictObject({
  protocol: z.string(),
  rates: z.array(rate).min(1),
  seeds: z.array(Seed).min(1),
});
/**
 * Where a fixed learning rate comes from: the best of `rates` by mean validation accuracy over `seeds`, in runs of
 * `protocol`.
 * `TunedConfig.parse(value)` checks one.
 */
export interface TunedConfig extends z.infer<typeof TunedConfig> {}

/** From the learning rate to zero by half a cosine, after a linear warm-up. */
export const CosineConfig = z.strictObject({ kind: z.literal("cosine"), warmupEpochs: z.number().min(0) });

/** @internal */
export const OptimizerName = z.enum(["adam", "rmsprop", "sgd"]);
/** "rmsprop": that of Graves 2013, with which the NTM paper trained; "sgd": with a momentum of 0.9. */
export type OptimizerName = z.infer<typeof OptimizerName>;

/** @internal */
export const TrainingConfig = z
  .strictObject({
    epochs: count,
    batchSize: count,
    optimizer: OptimizerName,
    /** a fixed learning rate, or a search for it inside the run */
    learningRate: z.union([rate, SearchConfig]),
    tuned: TunedConfig.optional(),
    /** a constant learning rate if left out */
    schedule: CosineConfig.optional(),
    /** largest Euclidean norm of all gradients together; no clipping if left out */
    clipNorm: z.number().positive().optional(),
    /** decoupled, as in AdamW */
    weightDecay: z.number().positive().optional(),
    /** how training samples are changed each time they are seen; not at all if left out */
    augment: AugmentConfig.optional(),
  })
  .refine(({ epochs, schedule }) => !schedule || schedule.warmupEpochs < epochs, {
    path: ["schedule", "warmupEpochs"],
    message: "expected less than the epochs of the training",
  });
/**
 * How a model is trained. The published training has none of the optional keys.
 * `TrainingConfig.parse(value)` checks one.
 */
export interface TrainingConfig extends z.infer<typeof TrainingConfig> {}

/** @internal */
export const RunConfig = z.strictObject({
  data: Mnist1dConfig,
  /** sequence models read every `stride`-th feature */
  stride: count,
  /** the last so many training samples are held out: never trained on, for selection; none if left out */
  validation: count.optional(),
  model: ModelConfig,
  training: TrainingConfig,
});
/**
 * All that a run depends on, besides its seed.
 * `RunConfig.parse(value)` checks one.
 */
export interface RunConfig extends z.infer<typeof RunConfig> {}

const accuracy = z.number().min(0).max(1);

/** @internal */
export const EpochPoint = z.strictObject({
  epoch: count,
  trainLoss: z.number(),
  validationLoss: z.number().optional(),
  validationAccuracy: accuracy.optional(),
  testLoss: z.number(),
  testAccuracy: accuracy,
});
/**
 * One epoch of the training curve. `trainLoss` is the mean over the epoch's samples while they were trained on, in
 * nats; the other losses are measured after the epoch, those of the validation set where one is held out.
 */
export interface EpochPoint extends z.infer<typeof EpochPoint> {}

/** @internal */
export const TrialPoint = z.strictObject({ learningRate: rate, trainLoss: z.number().nullable(), accuracy });
/**
 * One trial of a search. `trainLoss` is that of its last epoch; null when it diverged, which counts as accuracy 0
 * (`ModelSummary.divergedTrials` counts those).
 */
export interface TrialPoint extends z.infer<typeof TrialPoint> {}

/** Of a run: it becomes part of a file's name. */
export const shortName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "expected lower-case letters, digits and dashes");

export const variantName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, "expected lower-case letters, digits, dots and dashes");

/** What a record of any kind begins with, in this order, on which seals depend: which run, by what, of which model. */
export function recordHeadOf<C extends z.ZodType>(config: C) {
  return {
    format: z.literal(1),
    /** short name of the model in its protocol, e.g. "dms" */
    name: shortName,
    protocol: shortName,
    /** what tells runs of one name and seed apart, e.g. the learning rate that is tried: "rate0.003" */
    variant: variantName.optional(),
    seed: Seed,
    config,
    versions: z.strictObject({ "dms-ntm": z.string(), node: z.string(), tfjs: z.string(), tensorflow: z.string() }),
    parameters: count,
  };
}

/**
 * What the run ended with: test accuracy after the last epoch, and after the epoch with the best validation accuracy.
 */
const Result = z.strictObject({
  testAccuracy: accuracy,
  correct: z.number().int().min(0),
  of: count,
  /** see `bestValidation`; absent without a validation set */
  bestValidation: z.strictObject({ epoch: count, validationAccuracy: accuracy, testAccuracy: accuracy }).optional(),
});

/** @internal */
export const RunRecord = z
  .strictObject({
    ...recordHeadOf(RunConfig),
    /** the one used; the highest one of a schedule */
    learningRate: rate,
    trials: z.array(TrialPoint),
    curve: z.array(EpochPoint),
    /**
     * When a loss became NaN or infinite. The curve then ends with the last whole epoch, and `result` is what the
     * weights score that the run was left with: a broken run counts with its accuracy, about that of guessing. `tensor`
     * is the first one that was NaN or infinite.
     */
    diverged: z.strictObject({ epoch: count, step: count, loss: z.string(), tensor: z.string().optional() }).optional(),
    result: Result,
  })
  .refine(({ curve, diverged }) => diverged || curve.length > 0, {
    path: ["curve"],
    message: "expected at least one epoch",
  });
/**
 * The outcome of one run: a pure function of config and seed, so it holds neither dates nor timings.
 * `RunRecord.parse(value)` checks one.
 */
export interface RunRecord extends z.infer<typeof RunRecord> {}

/**
 * The epoch with the highest validation accuracy; of equals the one with the lowest validation loss, then the first.
 * Undefined without a validation set.
 */
export function bestValidation(curve: readonly EpochPoint[]): RunRecord["result"]["bestValidation"] {
  let best: { point: EpochPoint; accuracy: number; loss: number } | undefined;
  for (const point of curve) {
    const { validationAccuracy: accuracy, validationLoss: loss = Number.NaN } = point;
    if (accuracy === undefined) return undefined;
    if (!best || accuracy > best.accuracy || (accuracy === best.accuracy && loss < best.loss))
      best = { point, accuracy, loss };
  }
  return best && { epoch: best.point.epoch, validationAccuracy: best.accuracy, testAccuracy: best.point.testAccuracy };
}
