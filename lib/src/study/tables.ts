import pl, { type DataFrame } from "nodejs-polars";
import { UserError } from "../check.js";
import { compareModels } from "./comparison.js";
import { summarizeModels } from "./model-summary.js";
import type { RunRecord } from "./schema.js";

const strings = (name: string, values: string[]) => pl.Series(name, values, pl.String);
const wholes = (name: string, values: number[]) => pl.Series(name, values, pl.Int32);
const numbers = (name: string, values: (number | null)[]) => pl.Series(name, values, pl.Float64);

/**
 * The models' summaries as a polars data frame, one row a model: `ModelSummary` with its intervals as low and high (seeds), testLow and
 * testHigh (test set).
 *
 * @throws UserError without records
 */
export function summaryTable(records: readonly RunRecord[]): DataFrame {
  const rows = summarizeModels(some(records));
  return pl.DataFrame([
    strings(
      "model",
      rows.map((row) => row.model),
    ),
    wholes(
      "parameters",
      rows.map((row) => row.parameters),
    ),
    numbers(
      "learningRate",
      rows.map((row) => row.learningRate),
    ),
    wholes(
      "seeds",
      rows.map((row) => row.seeds),
    ),
    wholes(
      "diverged",
      rows.map((row) => row.diverged),
    ),
    numbers(
      "mean",
      rows.map((row) => row.mean),
    ),
    numbers(
      "low",
      rows.map((row) => row.interval?.low ?? null),
    ),
    numbers(
      "high",
      rows.map((row) => row.interval?.high ?? null),
    ),
    numbers(
      "sd",
      rows.map((row) => row.sd),
    ),
    numbers(
      "testLow",
      rows.map((row) => row.testSet.low),
    ),
    numbers(
      "testHigh",
      rows.map((row) => row.testSet.high),
    ),
    numbers(
      "atBestValidation",
      rows.map((row) => row.atBestValidation),
    ),
  ] as never);
}

/**
 * All pairs of models as a polars data frame, one row a pair: `Comparison` with its interval as low and high.
 *
 * @throws UserError without records, or as `compareModels`
 */
export function comparisonTable(records: readonly RunRecord[]): DataFrame {
  const rows = compareModels(some(records));
  return pl.DataFrame([
    strings(
      "model",
      rows.map((row) => row.model),
    ),
    strings(
      "against",
      rows.map((row) => row.against),
    ),
    wholes(
      "seeds",
      rows.map((row) => row.seeds),
    ),
    numbers(
      "mean",
      rows.map((row) => row.mean),
    ),
    numbers(
      "low",
      rows.map((row) => row.interval?.low ?? null),
    ),
    numbers(
      "high",
      rows.map((row) => row.interval?.high ?? null),
    ),
    numbers(
      "sd",
      rows.map((row) => row.sd),
    ),
    numbers(
      "t",
      rows.map((row) => row.t),
    ),
    numbers(
      "signFlip",
      rows.map((row) => row.signFlip),
    ),
    numbers(
      "corrected",
      rows.map((row) => row.corrected),
    ),
    pl.Series(
      "real",
      rows.map((row) => row.real),
      pl.Bool,
    ),
  ] as never);
}

function some(records: readonly RunRecord[]): readonly RunRecord[] {
  if (records.length === 0) throw new UserError("there are no run records yet: run `make study`");
  return records;
}
