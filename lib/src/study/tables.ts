import pl, { type DataFrame } from "nodejs-polars";
import { UserError } from "../support/user-error.js";
import { compareModels } from "./comparison.js";
import { summarizeModels } from "./model-summary.js";
import type { RunRecord } from "./schema.js";

type Cell = string | number | boolean | null;
/** A column's type and, for each row, its value. */
type Column<T> = [type: unknown, value: (row: T) => Cell];

/** A data frame of rows, with each column's type. */
export function frame<T>(rows: readonly T[], columns: Record<string, Column<T>>): DataFrame {
  const series = Object.entries(columns).map(([name, [type, value]]) => pl.Series(name, rows.map(value), type as never));
  return pl.DataFrame(series as never);
}

/**
 * The models' summaries as a polars data frame, one row a model: `ModelSummary` with its intervals as low and high (seeds), testLow and
 * testHigh (test set).
 *
 * @throws UserError without records
 */
export function summaryTable(records: readonly RunRecord[]): DataFrame {
  return frame(summarizeModels(some(records)), {
    model: [pl.String, ({ model }) => model],
    parameters: [pl.Int32, ({ parameters }) => parameters],
    learningRate: [pl.Float64, ({ learningRate }) => learningRate],
    seeds: [pl.Int32, ({ seeds }) => seeds],
    diverged: [pl.Int32, ({ diverged }) => diverged],
    divergedTrials: [pl.Int32, ({ divergedTrials }) => divergedTrials],
    mean: [pl.Float64, ({ mean }) => mean],
    low: [pl.Float64, ({ interval }) => interval?.low ?? null],
    high: [pl.Float64, ({ interval }) => interval?.high ?? null],
    sd: [pl.Float64, ({ sd }) => sd],
    testLow: [pl.Float64, ({ testSet }) => testSet.low],
    testHigh: [pl.Float64, ({ testSet }) => testSet.high],
    atBestValidation: [pl.Float64, ({ atBestValidation }) => atBestValidation],
  });
}

/**
 * All pairs of models as a polars data frame, one row a pair: `Comparison` with its interval as low and high.
 *
 * @throws UserError without records, or as `compareModels`
 */
export function comparisonTable(records: readonly RunRecord[]): DataFrame {
  return frame(compareModels(some(records)), {
    model: [pl.String, ({ model }) => model],
    against: [pl.String, ({ against }) => against],
    seeds: [pl.Int32, ({ seeds }) => seeds],
    mean: [pl.Float64, ({ mean }) => mean],
    low: [pl.Float64, ({ interval }) => interval?.low ?? null],
    high: [pl.Float64, ({ interval }) => interval?.high ?? null],
    sd: [pl.Float64, ({ sd }) => sd],
    t: [pl.Float64, ({ t }) => t],
    signFlip: [pl.Float64, ({ signFlip }) => signFlip],
    corrected: [pl.Float64, ({ corrected }) => corrected],
    real: [pl.Bool, ({ real }) => real],
  });
}

function some(records: readonly RunRecord[]): readonly RunRecord[] {
  if (records.length === 0) throw new UserError("there are no run records yet: run `make study`");
  return records;
}
