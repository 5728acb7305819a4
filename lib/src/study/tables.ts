import pl, { type DataFrame } from "nodejs-polars";
import type { Comparison } from "./compare.js";
import type { Published } from "./metric.js";
import { summarizeModels } from "./model-summary.js";
import { type AnyRecord, isOnTask } from "./record.js";
import type { RunRecord } from "./schema.js";
import type { TaskRecord } from "./task-schema.js";
import { summarizeTasks } from "./task-summary.js";

/**
 * A table of models as a polars data frame, in the order of the records. Runs over a data set: a row a part and model,
 * `ModelSummary` with its intervals as low and high (seeds), testLow and testHigh (test set), singleLow and singleHigh
 * (one more run). Runs on tasks: a row a part, model and test length, `TaskSummary` and `LengthSummary`. Columns that
 * say nothing of any model are left out.
 *
 * @param records of one kind
 * @param published what was published of a record's config
 * @throws UserError when they aren't run records, or for a cost that isn't a number
 */
export function summaryTable(records: readonly AnyRecord[], published?: Published<RunRecord>): DataFrame {
  const [first] = records;
  if (first && isOnTask(first)) return costTable(records as readonly TaskRecord[]);
  return accuracyTable(records as readonly RunRecord[], published);
}

function accuracyTable(records: readonly RunRecord[], published?: Published<RunRecord>): DataFrame {
  return frame(summarizeModels(records, published), {
    part: pl.String,
    model: pl.String,
    parameters: pl.Int32,
    learningRate: pl.Float64,
    seeds: pl.Int32,
    diverged: pl.Int32,
    divergedTrials: pl.Int32,
    mean: pl.Float64,
    low: [pl.Float64, ({ interval }) => interval?.low ?? null],
    high: [pl.Float64, ({ interval }) => interval?.high ?? null],
    sd: pl.Float64,
    min: pl.Float64,
    max: pl.Float64,
    testLow: [pl.Float64, ({ testSet }) => testSet.low],
    testHigh: [pl.Float64, ({ testSet }) => testSet.high],
    atBestValidation: pl.Float64,
    published: pl.Float64,
    singleLow: [pl.Float64, ({ single }) => single?.low ?? null],
    singleHigh: [pl.Float64, ({ single }) => single?.high ?? null],
    plausible: pl.Bool,
  });
}

function costTable(records: readonly TaskRecord[]): DataFrame {
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
 * Comparisons as a polars data frame, one row each: `Comparison` with its interval as low and high, without the columns
 * that say nothing of any.
 */
export function comparisonTable(comparisons: readonly Comparison[]): DataFrame {
  return frame(comparisons, {
    family: [pl.String, ({ family }) => family || null],
    part: pl.String,
    length: pl.Int32,
    model: pl.String,
    against: pl.String,
    seeds: pl.Int32,
    mean: pl.Float64,
    low: [pl.Float64, ({ interval }) => interval?.low ?? null],
    high: [pl.Float64, ({ interval }) => interval?.high ?? null],
    sd: pl.Float64,
    t: pl.Float64,
    better: pl.Float64,
    p: pl.Float64,
    corrected: pl.Float64,
    outcome: pl.String,
  });
}

type Cell = string | number | boolean | null;
/** A column's type and, for each row, its value; without it what the row has under the column's name. */
type Column<T> = Type | [type: Type, value: (row: T) => Cell];
type Type = typeof pl.String | typeof pl.Float64 | typeof pl.Int32 | typeof pl.Bool;

/** A data frame of rows, with each column's type, without columns that have no value in any row. */
function frame<T>(rows: readonly T[], columns: Record<string, Column<T>>): DataFrame {
  const own = (name: string) => (row: T) => row[name as keyof T] as Cell;
  const all = Object.entries(columns).map(([name, column]) => {
    const [type, value] = Array.isArray(column) ? column : [column, own(name)];
    return { name, type, values: rows.map(value) };
  });
  const kept = all.filter(({ values }) => values.some((value) => value !== null));
  return pl.DataFrame(kept.map(({ name, type, values }) => pl.Series(name, values, type as never)) as never);
}
