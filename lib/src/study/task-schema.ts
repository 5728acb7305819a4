import { z } from "zod";
import { ModelConfig } from "../models/config.js";
import { attempt } from "../support/attempt.js";
import { UserError } from "../support/user-error.js";
import { TaskConfig } from "../tasks/registry.js";
import { checkLengths, type Task } from "../tasks/task.js";
import { testBatches } from "../training/evaluate.js";
import { count, OptimizerName, rate, recordHeadOf } from "./schema.js";

const share = z.number().min(0).max(1);

/** @internal */
export const TaskTrainingConfig = z.strictObject({
  /** at most */
  sequences: count,
  batch: count,
  /** whether the sequences of a batch have one length; absent: each its own */
  oneLength: z.literal(true).optional(),
  optimizer: OptimizerName,
  learningRate: rate,
  /** half a cosine down to zero over all sequences; absent: constant */
  schedule: z.enum(["cosine"]).optional(),
  /** largest Euclidean norm of all gradients together */
  clipNorm: z.number().positive().optional(),
  /** the same, as a multiple of its running mean; see `clipByRunningNorm` */
  clipRunning: z.number().min(1).optional(),
  /** largest absolute value of any gradient's entry */
  clipValue: z.number().positive().optional(),
  /** sequences from one point of the learning curve to the next */
  reportEvery: count,
  /** a curve has converged when it stays below so many bits per sequence */
  converged: z.number().positive(),
  /** training ends after so many points in a row below that; absent: all sequences are seen */
  stopAfter: count.optional(),
});
/**
 * How a model is trained on a task's endless stream of sequences.
 * `TaskTrainingConfig.parse(value)` checks one.
 */
export interface TaskTrainingConfig extends z.infer<typeof TaskTrainingConfig> {}

/** @internal */
export const TaskRunConfig = z.strictObject({
  task: TaskConfig,
  /** complete, with the task's inputs and outputs (`taskModel`) */
  model: ModelConfig,
  training: TaskTrainingConfig,
  /** lengths that it is tested at, rising, and with how many sequences each; `asTrained` of a family asks the first */
  test: z.strictObject({
    lengths: z
      .array(count)
      .min(1)
      .refine(
        (lengths) => lengths.every((length, i) => i === 0 || length > lengths[i - 1]!),
        "expected rising lengths",
      ),
    sequences: count,
  }),
});
/**
 * All that a run on a task depends on, besides its seed.
 * `TaskRunConfig.parse(value)` checks one.
 */
export interface TaskRunConfig extends z.infer<typeof TaskRunConfig> {}

/** Before hours of training, that there are samples of all lengths of the test. @throws UserError @internal */
export function checkTests(task: Task, { test }: Pick<TaskRunConfig, "test">): void {
  try {
    checkLengths(task, test.lengths);
  } catch (error) {
    throw new UserError(`test.lengths: ${(error as Error).message}`);
  }
}

/**
 * The same by drawing the test's sequences: a task of one's own needn't say which lengths there are.
 *
 * @throws UserError when a length has no sample, or none of its sequences has an answer that is due
 * @internal
 */
export function tryTests(task: Task, { test }: Pick<TaskRunConfig, "test">): void {
  for (const length of test.lengths) {
    const asks = attempt(`test.lengths: a sequence of length ${length}`, () => {
      for (const { drawn, rows } of testBatches(task, length, test.sequences))
        if (drawn.mask.subarray(0, rows * drawn.steps).includes(1)) return true;
      return false;
    });
    if (!asks)
      throw new UserError(
        `test.lengths: no answer is due in ${test.sequences} sequences of length ${length} of ${task.name}, expected at least one`,
      );
  }
}

/** @internal */
export const LengthPoint = z.strictObject({
  length: count,
  sequences: count,
  cost: z.number(),
  answers: count,
  wrong: share,
  perfect: share,
  optimal: z.number(),
});
/**
 * How a trained model does on sequences of one length; see `TaskEvaluation`. Costs are in bits per sequence.
 * `LengthPoint.parse(value)` checks one.
 */
export interface LengthPoint extends z.infer<typeof LengthPoint> {}

/** @internal */
export const HeadUse = z.strictObject({
  /** "read", "write", or "read 1", ... */
  head: z.string(),
  /**
   * "gate"; "spread": over how many slots its weighting goes, the exponential of the entropy; and those of its shift,
   * e.g. "delta"
   */
  parameter: z.string(),
  /** at steps where an answer is due, or at the others */
  due: z.boolean(),
  low: z.array(z.number()),
  median: z.array(z.number()),
  high: z.array(z.number()),
});
/**
 * What a head of a trained model said over many steps, or how far it spread: 10 % quantile, median and 90 % quantile,
 * one number of each a part of the parameter; 1e308 stands for infinity.
 * `HeadUse.parse(value)` checks one.
 */
export interface HeadUse extends z.infer<typeof HeadUse> {}

/** @internal */
export const TaskRecord = z.strictObject({
  ...recordHeadOf(TaskRunConfig),
  curve: z.array(z.strictObject({ sequences: count, cost: z.number() })),
  /** sequences until the curve stays below `converged`; null when it doesn't */
  sequencesToConverge: count.nullable(),
  /** when a cost became NaN or infinite; the tests are then of the weights that were left */
  diverged: z.strictObject({ step: count, cost: z.string(), tensor: z.string().optional() }).optional(),
  tests: z.array(LengthPoint),
  /** of the longest length of the training; none without a memory, or of a run that diverged */
  heads: z.array(HeadUse),
});
/**
 * The outcome of one run on a task: a pure function of config and seed.
 * `TaskRecord.parse(value)` checks one.
 */
export interface TaskRecord extends z.infer<typeof TaskRecord> {}
