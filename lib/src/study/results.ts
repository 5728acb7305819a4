import { jStat } from "jstat";
import pl, { type DataFrame } from "nodejs-polars";
import { UserError } from "../support/user-error.js";
import { checkRecords } from "./comparison.js";
import { publishedAccuracy } from "./protocols.js";
import type { RunRecord } from "./schema.js";
import { summarize } from "./statistics/index.js";

/** One line of the result table: a model's test accuracies over its seeds, beside the published one. */
export interface ModelResult {
  model: string;
  parameters: number;
  seeds: number;
  /** mean test accuracy of the last epoch */
  mean: number;
  /** sample standard deviation between seeds; null for one seed */
  sd: number | null;
  min: number;
  max: number;
  /** the published single run; null where none was published */
  published: number | null;
  /** 95 % prediction interval for one more run, from mean and sd (Student's t); null for one seed */
  low: number | null;
  high: number | null;
  /** whether the published value is a plausible draw: inside [low, high] */
  plausible: boolean | null;
}

/**
 * Results by model, in the order in which the models first occur.
 *
 * @returns accuracies as fractions from 0 to 1, limits of an interval maybe beyond
 * @throws UserError without records, or when they are of several protocols
 */
export function modelResults(records: readonly RunRecord[]): ModelResult[] {
  checkRecords(records);
  if (records.length === 0) throw new UserError("there are no run records yet: run `make reproduce`");
  const protocols = [...new Set(records.map((record) => record.protocol))];
  if (protocols.length > 1) throw new UserError(`the records are of the protocols ${protocols.join(", ")}: give those of one`);
  const names = [...new Set(records.map((record) => record.name))];
  return names.map((name) => {
    const runs = records.filter((record) => record.name === name);
    const { n, mean, min, max, ...spread } = summarize(runs.map((run) => run.result.testAccuracy));
    const sd = n > 1 ? spread.sd : null;
    // what was published is no draw of a procedure that selects on a validation set
    const published =
      runs[0]!.config.validation === undefined
        ? Object.hasOwn(publishedAccuracy, name)
          ? publishedAccuracy[name]!
          : null
        : null;
    const half = sd === null ? null : jStat.studentt.inv(0.975, n - 1) * sd * Math.sqrt(1 + 1 / n);
    const low = half === null ? null : mean - half;
    const high = half === null ? null : mean + half;
    const plausible = published === null || low === null || high === null ? null : low <= published && published <= high;
    return { model: name, parameters: runs[0]!.parameters, seeds: n, mean, sd, min, max, published, low, high, plausible };
  });
}

/**
 * The result table as a polars data frame, one row a model; columns as in `ModelResult`.
 *
 * @throws UserError without records, or when they are of several protocols
 */
export function resultTable(records: readonly RunRecord[]): DataFrame {
  const rows = modelResults(records);
  const column = <K extends keyof ModelResult>(key: K) => rows.map((row) => row[key]);
  return pl.DataFrame([
    pl.Series("model", column("model"), pl.String),
    pl.Series("parameters", column("parameters"), pl.Int32),
    pl.Series("seeds", column("seeds"), pl.Int32),
    ...(["mean", "sd", "min", "max", "published", "low", "high"] as const).map((key) =>
      pl.Series(key, column(key), pl.Float64),
    ),
    pl.Series("plausible", column("plausible"), pl.Bool),
  ] as never);
}

/** How two models differ, seed by seed: both get the same sample order and learning-rate draws from a seed, so their runs go together. */
export interface PairedDifference {
  model: string;
  against: string;
  /** seeds that both have */
  seeds: number;
  /** mean of the differences in test accuracy, `model` minus `against` */
  mean: number;
  /** standard error of that mean, sd of the differences / sqrt(seeds); null for one seed */
  standardError: number | null;
}

/**
 * The difference between `model` and every other model of the records.
 *
 * @returns one entry for every other model, accuracies as fractions
 * @throws UserError when the model has no records, or shares no seed with another
 */
export function pairedDifferences(records: readonly RunRecord[], model: string): PairedDifference[] {
  const byName = (name: string) => new Map(records.filter((r) => r.name === name).map((r) => [r.seed, r.result.testAccuracy]));
  const own = byName(model);
  if (own.size === 0)
    throw new UserError(`there are no records of ${model}, only of ${[...new Set(records.map((r) => r.name))].join(", ")}`);
  const others = [...new Set(records.map((record) => record.name))].filter((name) => name !== model);
  return others.map((against) => {
    const differences = [...byName(against)].flatMap(([seed, accuracy]) => (own.has(seed) ? [own.get(seed)! - accuracy] : []));
    if (differences.length === 0) throw new UserError(`${model} and ${against} have no seed in common`);
    const { n, mean, sd } = summarize(differences);
    return { model, against, seeds: n, mean, standardError: n > 1 ? sd / Math.sqrt(n) : null };
  });
}
