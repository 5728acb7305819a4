import { jStat } from "jstat";
import pl, { type DataFrame } from "nodejs-polars";
import { UserError } from "../check.js";
import { publishedAccuracy } from "./protocols.js";
import type { RunRecord } from "./schema.js";
import { summarize } from "./statistics.js";

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
 * @throws UserError without records, or when they are of several protocols
 */
export function modelResults(records: readonly RunRecord[]): ModelResult[] {
  if (records.length === 0) throw new UserError("there are no run records yet: run `make reproduce`");
  const protocols = [...new Set(records.map((record) => record.protocol))];
  if (protocols.length > 1) throw new UserError(`the records are of the protocols ${protocols.join(", ")}: give those of one`);
  const names = [...new Set(records.map((record) => record.name))];
  return names.map((name) => {
    const runs = records.filter((record) => record.name === name);
    const { n, mean, min, max, ...spread } = summarize(runs.map((run) => run.result.testAccuracy));
    const sd = n > 1 ? spread.sd : null;
    const published = publishedAccuracy[name] ?? null;
    const half = sd === null ? null : jStat.studentt.inv(0.975, n - 1) * sd * Math.sqrt(1 + 1 / n);
    const low = half === null ? null : mean - half;
    const high = half === null ? null : mean + half;
    const plausible = published === null || low === null || high === null ? null : low <= published && published <= high;
    return { model: name, parameters: runs[0]!.parameters, seeds: n, mean, sd, min, max, published, low, high, plausible };
  });
}

/** The result table as a polars data frame, one row a model; columns as in `ModelResult`. */
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
