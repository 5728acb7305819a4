import { bootstrapMean, type Interval, meanWilson, summarize } from "../stats/index.js";
import { studentAbove } from "../stats/special.js";
import { show, UserError } from "../support/user-error.js";
import { byModel, modelNames, type Published } from "./metric.js";
import type { EpochPoint, RunRecord } from "./schema.js";

/**
 * A model's runs of one part in numbers. Accuracies are fractions, on the test set, after the last epoch if not said
 * otherwise.
 */
export interface ModelSummary {
  part: string;
  model: string;
  parameters: number;
  seeds: number;
  /** runs whose loss became NaN or infinite; they count with the accuracy they were left with */
  diverged: number;
  /**
   * trials of the runs' own searches for a learning rate whose loss became NaN or infinite; each scored 0 in its search
   */
  divergedTrials: number;
  /** trials of all searches together; 0 where the learning rate was fixed */
  trials: number;
  /** the one that all runs have; null when each run searched its own */
  learningRate: number | null;
  mean: number;
  /** between seeds; null for one seed */
  sd: number | null;
  /** 95 % bootstrap interval of the mean over the seeds: what more seeds would narrow; null for one seed */
  interval: Interval | null;
  /**
   * 95 % Wilson interval of the mean accuracy: what the choice of the test samples leaves open, which seeds don't
   * narrow
   */
  testSet: Interval;
  min: number;
  max: number;
  /** 95 % prediction interval for one more run, from mean and sd (Student's t); null for one seed */
  single: Interval | null;
  /** the published single run of this very config; null where none was published */
  published: number | null;
  /** whether the published value is a plausible draw: inside `single` */
  plausible: boolean | null;
  /** mean after the epoch with the best validation accuracy; null without a validation set */
  atBestValidation: number | null;
  /**
   * whether the budget was long enough: changes of the losses along their least-squares lines over the last tenth of the
   * epochs, as shares of their means there, mean over the runs; -0.05: it still fell by 5 %. A schedule that ends at the
   * learning rate 0 flattens every curve: there, compare with runs of another budget too. Null where nothing is known
   */
  lastTenth: { trainLoss: number | null; validationLoss: number | null };
}

/**
 * A summary a part and model, in the order in which they first occur.
 *
 * @param published what was published of a record's config
 * @returns accuracies as fractions, losses in nats, limits of an interval maybe beyond 0 and 1
 * @throws UserError when they aren't run records
 */
export function summarizeModels(
  records: readonly RunRecord[],
  published: Published<RunRecord> = () => null,
): ModelSummary[] {
  checkRecords(records);
  return byModel(records).map((runs) => summaryOf(runs, published));
}

function summaryOf(runs: readonly RunRecord[], publishedOf: Published<RunRecord>): ModelSummary {
  const { protocol, name, parameters, result } = runs[0]!;
  const accuracies = runs.map((run) => run.result.testAccuracy);
  const { n, mean, sd, min, max } = summarize(accuracies);
  const rates = new Set(runs.map((run) => run.learningRate));
  // of a run that broke in its first epoch what it was left with
  const best = runs
    .filter(({ config }) => config.validation !== undefined)
    .map(({ result: { bestValidation, testAccuracy } }) => bestValidation?.testAccuracy ?? testAccuracy);
  const trials = runs.flatMap((run) => run.trials);
  const meanOf = (values: number[]) => (values.length > 0 ? summarize(values).mean : null);
  const half = n > 1 ? studentAbove(0.025, n - 1) * sd * Math.sqrt(1 + 1 / n) : null;
  const single = half === null ? null : { low: mean - half, high: mean + half };
  const published = runs.map(publishedOf).find((value) => value !== null) ?? null;
  return {
    part: protocol,
    model: name,
    parameters,
    seeds: n,
    diverged: runs.filter((run) => run.diverged).length,
    divergedTrials: trials.filter(({ trainLoss }) => trainLoss === null).length,
    trials: trials.length,
    learningRate: rates.size === 1 ? runs[0]!.learningRate : null,
    mean,
    sd: n > 1 ? sd : null,
    interval: bootstrapMean(accuracies),
    testSet: meanWilson(Math.min(mean, 1) * result.of, result.of),
    min,
    max,
    single,
    published,
    plausible: published === null || single === null ? null : single.low <= published && published <= single.high,
    atBestValidation: meanOf(best),
    // when it is asked for: the curves of many runs stay on disk
    get lastTenth() {
      const ends = runs.map(lastTenth);
      const change = (key: "trainLoss" | "validationLoss") =>
        meanOf(ends.flatMap((points) => relativeChange(points.map((point) => point[key])) ?? []));
      return { trainLoss: change("trainLoss"), validationLoss: change("validationLoss") };
    },
  };
}

/** @throws UserError when it isn't a list of records */
export function checkRecords(records: unknown): asserts records is readonly RunRecord[] {
  if (!Array.isArray(records)) throw new UserError(`records is ${show(records)}, expected a list of run records`);
  const odd = records.findIndex((record) => typeof record?.result !== "object");
  if (odd >= 0) throw new UserError(`records[${odd}] is ${show(records[odd])}, expected a run record`);
}

/** Test samples named right, by model and seed, seeds in rising order. */
export function accuraciesBySeed(records: readonly RunRecord[]): Map<string, Map<number, number>> {
  const sorted = [...records].sort((a, b) => a.seed - b.seed);
  return new Map(
    modelNames(records).map((name) => [
      name,
      new Map(sorted.filter((record) => record.name === name).map(({ seed, result }) => [seed, result.correct])),
    ]),
  );
}

/** Last epochs that tell whether a run's budget was long enough: a tenth, at least three; none of one that diverged. */
function lastTenth({ curve, diverged }: RunRecord): EpochPoint[] {
  return diverged || curve.length < 3 ? [] : curve.slice(-Math.max(3, Math.ceil(curve.length / 10)));
}

/** Rise of the least-squares line from the first value to the last, over the mean; 0 where all are 0. None of gaps. */
function relativeChange(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  const n = known.length;
  if (n === 0 || n < values.length) return undefined;
  const mean = known.reduce((a, b) => a + b) / n;
  const centre = (n - 1) / 2;
  const slope = known.reduce((sum, value, i) => sum + (i - centre) * value, 0) / ((n * (n * n - 1)) / 12);
  return mean === 0 ? 0 : (slope * (n - 1)) / mean;
}
