import { show, UserError } from "../support/user-error.js";
import type { RunRecord } from "./schema.js";
import { bootstrapMean, holm, type Interval, pairedT, signFlip, summarize } from "./statistics/index.js";

/** How two models differ in test accuracy after the last epoch, seed by seed. */
export interface Comparison {
  model: string;
  against: string;
  /** seeds that both have */
  seeds: number;
  /** mean difference, `model` minus `against`, as a fraction */
  mean: number;
  /** standard deviation of the differences; null for one seed */
  sd: number | null;
  /** 95 % bootstrap interval of the mean, for this pair alone; null for one seed */
  interval: Interval | null;
  /** p of the paired t test; null for one seed */
  t: number | null;
  /** p of the exact sign-flip test */
  signFlip: number;
  /** the latter, corrected by Holm for all pairs compared */
  corrected: number;
  /** whether `corrected` is below `ALPHA` */
  real: boolean;
}

/** Probability of a false claim, among all pairs, that is put up with. */
export const ALPHA = 0.05;

/**
 * Compares models pair by pair over the seeds that both have. A seed gives all models the same order of the samples, so their runs go
 * together. Runs that diverged count with the accuracy they were left with.
 *
 * @param records of one protocol
 * @param pairs which ones; all of the records' models if left out. Holm's correction is for these
 * @returns in the order of the pairs; those without a seed in common are left out
 * @throws UserError when the records are of several protocols, or of different test sets
 */
export function compareModels(
  records: readonly RunRecord[],
  pairs?: readonly (readonly [model: string, against: string])[],
): Comparison[] {
  checkRecords(records);
  const of = oneTestSet(records);
  const bySeed = accuraciesBySeed(records);
  const compared = (pairs ?? allPairs(records)).flatMap(([model, against]) => {
    const [one, other] = [bySeed.get(model), bySeed.get(against)];
    const differences = [...(one ?? [])].flatMap(([seed, correct]) => (other?.has(seed) ? [correct - other.get(seed)!] : []));
    if (differences.length === 0) return [];
    const shares = differences.map((difference) => difference / of);
    const { n, mean, sd } = summarize(shares);
    const tests = { t: pairedT(differences)?.p ?? null, signFlip: signFlip(differences) };
    return [{ model, against, seeds: n, mean, sd: n > 1 ? sd : null, interval: bootstrapMean(shares), ...tests }];
  });
  const corrected = holm(compared.map((pair) => pair.signFlip));
  return compared.map((pair, i) => ({ ...pair, corrected: corrected[i]!, real: corrected[i]! < ALPHA }));
}

/** @throws UserError when it isn't a list of records */
export function checkRecords(records: unknown): asserts records is readonly RunRecord[] {
  if (!Array.isArray(records)) throw new UserError(`records is ${show(records)}, expected a list of run records`);
  const odd = records.findIndex((record) => typeof record?.result !== "object");
  if (odd >= 0) throw new UserError(`records[${odd}] is ${show(records[odd])}, expected a run record`);
}

/** The same comparison with the other model first. */
export function turned({ model, against, mean, interval, ...rest }: Comparison): Comparison {
  const other = interval && { low: -interval.high, high: -interval.low };
  return { ...rest, model: against, against: model, mean: -mean, interval: other };
}

/**
 * The smallest corrected p that so many pairs over so many seeds can give: above `ALPHA`, nothing can be found real.
 *
 * @returns from 0 to 1: pairs * 2^(1 - seeds), at most 1
 */
export function smallestP(seeds: number, pairs: number): number {
  return Math.min(1, pairs * 2 ** (1 - seeds));
}

/** Names in the order in which they first occur. */
export function modelNames(records: readonly RunRecord[]): string[] {
  return [...new Set(records.map((record) => record.name))];
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

function allPairs(records: readonly RunRecord[]): [string, string][] {
  const names = modelNames(records);
  return names.flatMap((model, i) => names.slice(i + 1).map((against): [string, string] => [model, against]));
}

/** Size of the test set that all records share. */
function oneTestSet(records: readonly RunRecord[]): number {
  const kinds = new Set(records.map(({ protocol, result }) => `${protocol}, ${result.of} test samples`));
  if (kinds.size > 1) throw new UserError(`the records are of ${[...kinds].join(" and of ")}: give those of one`);
  return records[0]?.result.of ?? 1;
}
