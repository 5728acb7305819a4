import type { Interval } from "../stats/index.js";
import { UserError } from "../support/user-error.js";
import type { AnyRecord } from "./record.js";

/** Models that are compared, by name: the first, against the second. */
export type Pair = readonly [model: string, against: string];

/** How two models differ on one part, before any correction. */
export interface Tested {
  part: string;
  /** of the test sequences; null where there is one test set */
  length: number | null;
  /** which test length: 0 is the shortest */
  place: number;
  model: string;
  against: string;
  /** that both have; of costs, whose runs aren't paired, the number of runs of the one with fewer */
  seeds: number;
  /** mean difference seed by seed, `model` minus `against`, as a fraction; null of costs */
  mean: number | null;
  /** standard deviation of the differences; null for one seed, or of costs */
  sd: number | null;
  /** 95 %, for this pair alone: of the mean (bootstrap; null for one seed), or of `better` where there is no mean */
  interval: Interval | null;
  /** p of the paired t test; null for one seed, or of costs */
  t: number | null;
  /** the chance that a run of the model does better than one of the other, ties counted half; null of accuracies */
  better: number | null;
  /** whether the difference is in the model's favour */
  favours: boolean;
  /** whether at least one of the two learned the task, in half of its runs */
  learned: boolean;
  /** p of the exact test: sign flips of paired accuracies, rank sums of costs */
  p: number;
  /** the smallest p that so many runs can give; default: any */
  leastP?: number;
}

/** What the corrected p allows to say of the model; "too few seeds" where none of so many could be below `ALPHA`. */
export type Outcome = "wins" | "loses" | "undecided" | "neither learned it" | "too few seeds";

/** This machine's runs of a model beside those that they should reproduce. */
export interface ReproductionCheck {
  part: string;
  model: string;
  /** "committed": the repository's records of the same seeds. "published": the publication's single run */
  against: "committed" | "published";
  /** runs that were compared */
  seeds: number;
  /** accuracy, mean; or bits per sequence at the shortest test length, median */
  expected: number;
  /** of this machine's runs */
  got: number;
  /** how far `got` may be from `expected`; null of costs */
  tolerance: number | null;
  /** that both are alike, exact rank-sum test of costs; null of accuracies */
  p: number | null;
  inside: boolean;
}

/** What was published of a run of this config; null where nothing was. */
export type Published<R extends AnyRecord> = (record: R) => number | null;

/** What models are compared by, and how: all that differs between accuracies on a test set and costs on a task. */
export interface Metric<R extends AnyRecord = AnyRecord> {
  /** what a run counts while it is made: "epochs" over a data set, "points" of the curve of a task */
  readonly unit: string;
  /** whether a pair is tested once, whatever the test lengths; default: at each of them */
  readonly oncePerPair?: boolean;
  /** how a run came out, as a command says it */
  outcome(record: R): string;
  /** whether a model learned what it should: at least half of its runs did */
  learned(runs: readonly R[]): boolean;
  /** the learning rate that tuning runs of one model choose @throws UserError without any */
  bestRate(tuning: readonly R[]): number;
  /** tests the pairs on one part, at each of its test lengths; pairs of which one has no runs are left out */
  compare(runs: readonly R[], pairs: readonly Pair[]): Tested[];
  /**
   * compares runs of this machine with the committed ones of the same parts, models and seeds, and with what was
   * published
   */
  reproduced(own: readonly R[], committed: readonly R[], published?: Published<R>): ReproductionCheck[];
}

/**
 * Records by part and model, in the order in which these first occur.
 *
 * @throws UserError when a run is there twice: it would count as two seeds
 */
export function byModel<R extends AnyRecord>(records: readonly R[]): R[][] {
  const groups = new Map<string, R[]>();
  const seen = new Set<string>();
  for (const record of records) {
    const { protocol, name, variant, seed } = record;
    const run = JSON.stringify([protocol, name, variant, seed]);
    if (seen.has(run))
      throw new UserError(`${name} with seed ${seed} on ${protocol} is there twice: give each run once`);
    seen.add(run);
    const key = `${record.protocol} ${record.name}`;
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return [...groups.values()];
}

/** This machine's runs of each part and model beside the committed ones; those with seeds that both have, apart. */
export function besideCommitted<R extends AnyRecord>(own: readonly R[], committed: readonly R[]) {
  return byModel(own).map((runs) => {
    const { protocol: part, name: model } = runs[0]!;
    const others = committed.filter((record) => record.protocol === part && record.name === model);
    return { part, model, runs, others, mine: withSeedsOf(runs, others), theirs: withSeedsOf(others, runs) };
  });
}

function withSeedsOf<R extends AnyRecord>(runs: readonly R[], others: readonly R[]): R[] {
  const seeds = new Set(others.map(({ seed }) => seed));
  return runs.filter(({ seed }) => seeds.has(seed));
}

/**
 * The learning rate with the lowest loss of those that tuning runs of one model tried; of equals the lowest rate.
 *
 * @param lossOf what runs at one rate lost, by what is compared first, and what decides between equals
 * @throws UserError without runs
 */
export function bestRateBy<R extends AnyRecord>(
  tuning: readonly R[],
  lossOf: (runs: readonly R[]) => readonly [first: number, second?: number],
): number {
  if (tuning.length === 0) throw new UserError("there are no tuning runs to choose a learning rate from");
  const rateOf = ({ config }: R) => config.training.learningRate as number;
  const rates = [...new Set(tuning.map(rateOf))].sort((a, b) => a - b);
  const tried = rates.map((rate) => ({ rate, loss: lossOf(tuning.filter((run) => rateOf(run) === rate)) }));
  return tried.reduce((best, one) => {
    const [[a, equal = 0], [b, other = 0]] = [one.loss, best.loss];
    return a < b || (a === b && equal < other) ? one : best;
  }).rate;
}

/** Names of the models, in the order in which they first occur. */
export function modelNames(records: readonly AnyRecord[]): string[] {
  return [...new Set(records.map((record) => record.name))];
}

/** What is said of the tensor by which a run diverged. */
export const firstBad = (tensor: string | undefined): string =>
  tensor === undefined ? "" : `; the first bad tensor was ${tensor}`;
