import pl, { type DataFrame } from "nodejs-polars";
import { type Interval, median, medianInterval, wilson } from "../stats/index.js";
import { makeTask } from "../tasks/index.js";
import { frame } from "./frame.js";
import { byModel } from "./metric.js";
import type { TaskRecord } from "./task-schema.js";

/** How the runs of one model on one task came out at one length. */
export interface LengthSummary {
  length: number;
  /** bits per sequence, median over the seeds */
  cost: number;
  /** 95 %, of the median, from the sorted costs */
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
  learningRate: number;
  seeds: number;
  diverged: number;
  /** runs whose cost got and stayed below the group's threshold while training */
  converged: number;
  /** of the share of converged runs, 95 %, Wilson */
  share: Interval;
  /** until that, median of the runs that converged; null when none did */
  sequences: number | null;
  /** by length, the shortest first */
  lengths: LengthSummary[];
}

/**
 * A summary a part and model, in the order of the records.
 *
 * @returns costs in bits per sequence, shares from 0 to 1, sequences until convergence
 * @throws UserError for a cost that isn't a number
 */
export function summarizeTasks(records: readonly TaskRecord[]): TaskSummary[] {
  return byModel(records).map((own) => {
    const first = own[0]!;
    const until = own.map((record) => record.sequencesToConverge).filter((sequences) => sequences !== null);
    return {
      part: first.protocol,
      model: first.name,
      parameters: first.parameters,
      learningRate: first.config.training.learningRate,
      seeds: own.length,
      diverged: own.filter(({ diverged }) => diverged).length,
      converged: until.length,
      share: wilson(until.length, own.length),
      sequences: until.length > 0 ? median(until) : null,
      lengths: first.config.test.lengths.map((length) => {
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
 * The summaries as a polars data frame, one row a part, model and test length: `TaskSummary` and `LengthSummary`,
 * intervals as low and high.
 *
 * @throws UserError for a cost that isn't a number
 */
export function costTable(records: readonly TaskRecord[]): DataFrame {
  const rows = summarizeTasks(records).flatMap(({ lengths, ...summary }) => lengths.map((at) => ({ ...summary, at })));
  return frame(rows, {
    part: pl.String,
    model: pl.String,
    parameters: pl.Int32,
    learningRate: pl.Float64,
    seeds: pl.Int32,
    diverged: pl.Int32,
    converged: pl.Int32,
    shareLow: [pl.Float64, ({ share }) => share.low],
    shareHigh: [pl.Float64, ({ share }) => share.high],
    sequences: pl.Float64,
    length: [pl.Int32, ({ at }) => at.length],
    cost: [pl.Float64, ({ at }) => at.cost],
    low: [pl.Float64, ({ at }) => at.interval.low],
    high: [pl.Float64, ({ at }) => at.interval.high],
    wrong: [pl.Float64, ({ at }) => at.wrong],
    perfect: [pl.Float64, ({ at }) => at.perfect],
    optimal: [pl.Float64, ({ at }) => at.optimal],
    guess: [pl.Float64, ({ at }) => at.guess],
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
