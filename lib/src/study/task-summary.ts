import { type Interval, median, medianInterval, wilson } from "../stats/index.js";
import { UserError } from "../support/user-error.js";
import { makeTask } from "../tasks/index.js";
import { byModel } from "./metric.js";
import type { TaskRecord } from "./task-schema.js";

/** How the runs of one model on one task came out at one length. */
export interface LengthSummary {
  length: number;
  /** bits per sequence, median over the seeds */
  cost: number;
  /** 95 %, of the median, from the sorted costs; of fewer than six seeds from the lowest to the highest, which is less */
  interval: Interval;
  /** the share of wrong answers, median */
  wrong: number;
  /** the share of sequences without a wrong answer, median */
  perfect: number;
  /** bits per sequence of the best possible predictor */
  optimal: number;
  /** bits per sequence of guessing */
  guess: number;
}

/** How the runs of one model on one task came out. */
export interface TaskSummary {
  part: string;
  model: string;
  parameters: number;
  /** the one that all runs have; null where they differ, as of tuning runs */
  learningRate: number | null;
  seeds: number;
  diverged: number;
  /** runs that learned the task: their cost got and stayed below the threshold of their part while training */
  converged: number;
  /** of the share of converged runs, 95 %, Wilson */
  share: Interval;
  /** until that, median of the runs that converged; null when none did */
  sequences: number | null;
  /** the longest length of the training */
  trained: number;
  /** in the order of the tests, by custom the shortest first */
  lengths: LengthSummary[];
}

/**
 * A summary a part and model, in the order of the records.
 *
 * @returns costs in bits per sequence, shares from 0 to 1, sequences until convergence
 * @throws UserError for a cost that isn't a number, a run that is there twice, or runs of a model that were tested at
 *   different lengths
 */
export function summarizeTasks(records: readonly TaskRecord[]): TaskSummary[] {
  return byModel(records).map((own) => {
    const first = own[0]!;
    const { task, test } = first.config;
    const odd = own.find(({ config }) => config.test.lengths.join() !== test.lengths.join());
    if (odd)
      throw new UserError(
        `runs of ${first.name} on ${first.protocol} were tested at ${test.lengths.join(", ")} and at ${odd.config.test.lengths.join(", ")}: summarize those of one kind, e.g. with the same variant`,
      );
    const rates = new Set(own.map(({ config }) => config.training.learningRate));
    const until = own.map((record) => record.sequencesToConverge).filter((sequences) => sequences !== null);
    return {
      part: first.protocol,
      model: first.name,
      parameters: first.parameters,
      learningRate: rates.size === 1 ? first.config.training.learningRate : null,
      seeds: own.length,
      diverged: own.filter(({ diverged }) => diverged).length,
      converged: until.length,
      share: wilson(until.length, own.length),
      sequences: until.length > 0 ? median(until) : null,
      trained: makeTask(task).lengths[1],
      lengths: test.lengths.map((length) => {
        const points = own.map(({ tests }) => tests.find((point) => point.length === length)!);
        const costs = points.map(({ cost }) => cost);
        return {
          length,
          cost: median(costs),
          interval: medianInterval(costs)!,
          wrong: median(points.map(({ wrong }) => wrong)),
          perfect: median(points.map(({ perfect }) => perfect)),
          optimal: points[0]!.optimal,
          guess: guessBits(first, length),
        };
      }),
    };
  });
}

/**
 * Bits per sequence that guessing costs at one of a record's test lengths: one for every bit that is due; of classes
 * the logarithm of their number.
 *
 * @param record of a run on a task
 * @param length one of those that it was tested at
 * @throws UserError when the record's task isn't known
 */
export function guessBits({ config, tests }: TaskRecord, length: number): number {
  const { answers, sequences } = tests.find((point) => point.length === length)!;
  const task = makeTask(config.task);
  return (answers / sequences) * (task.answer === "classes" ? Math.log2(task.outputs) : 1);
}
