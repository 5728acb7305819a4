import type { DataFrame } from "nodejs-polars";
import pl from "nodejs-polars";
import { frame } from "../tables.js";
import type { TaskComparison } from "./comparison.js";
import type { TaskRecord } from "./schema.js";
import { summarizeTasks } from "./summary.js";

/**
 * The summaries as a polars data frame, one row a task, model and test length: `TaskSummary` and `LengthSummary`, intervals as low and high.
 *
 * @throws UserError for a cost that isn't a number
 */
export function taskSummaryTable(records: readonly TaskRecord[]): DataFrame {
  const rows = summarizeTasks(records).flatMap(({ lengths, ...summary }) => lengths.map((at) => ({ ...summary, at })));
  return frame(rows, {
    protocol: [pl.String, ({ protocol }) => protocol],
    model: [pl.String, ({ model }) => model],
    parameters: [pl.Int32, ({ parameters }) => parameters],
    learningRate: [pl.Float64, ({ learningRate }) => learningRate],
    seeds: [pl.Int32, ({ seeds }) => seeds],
    diverged: [pl.Int32, ({ diverged }) => diverged],
    converged: [pl.Int32, ({ converged }) => converged],
    shareLow: [pl.Float64, ({ share }) => share.low],
    shareHigh: [pl.Float64, ({ share }) => share.high],
    sequences: [pl.Float64, ({ sequences }) => sequences],
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

/** Comparisons as a polars data frame, one row each. */
export function taskComparisonTable(comparisons: readonly TaskComparison[]): DataFrame {
  return frame(comparisons, {
    protocol: [pl.String, ({ protocol }) => protocol],
    length: [pl.Int32, ({ length }) => length],
    model: [pl.String, ({ model }) => model],
    against: [pl.String, ({ against }) => against],
    seeds: [pl.Int32, ({ seeds }) => Math.min(...seeds)],
    below: [pl.Float64, ({ below }) => below],
    p: [pl.Float64, ({ p }) => p],
    corrected: [pl.Float64, ({ corrected }) => corrected],
    outcome: [pl.String, ({ outcome }) => outcome],
  });
}
