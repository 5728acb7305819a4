import { UserError } from "../support/user-error.js";
import type { Interval } from "./bootstrap.js";
import { checkNumbers, type Numbers } from "./check-numbers.js";
import { meanRanks } from "./ranks.js";
import { normalTails, normalWithin } from "./special.js";

/** How two samples lie to each other. */
export interface RankSum {
  /** the chance that a value of the first is below one of the second, ties counted half */
  below: number;
  /** of `below`, 95 %: the fifth method of Newcombe 2006 */
  interval: Interval;
  /** that both are alike, two-sided; exact up to some 100 values each, or few against many, e.g. 20 against 1,000 */
  p: number;
}

/** Steps of the exact test that take a second. */
const MOST_STEPS = 1e9;

/**
 * Wilcoxon's rank-sum test (Mann and Whitney 1947), exact with ties: if two samples are alike, any choice of as many
 * values from all of them is as likely to be the first, so the share of the choices whose sum of ranks lies as far from
 * the middle is the p value. It takes nothing to be normal: costs of runs that converge and of runs that don't lie
 * decades apart. Where that would take longer than a second (from some 100 values each, or 20 against 1,100) the sum of
 * ranks is taken to be normal, with the corrections for ties and continuity, as scipy's `mannwhitneyu` does.
 *
 * @param first may hold infinities, which rank last
 * @returns all from 0 to 1
 * @throws UserError for an empty sample, or a value that isn't a number
 */
export function rankSum(first: Numbers, second: Numbers): RankSum {
  checkNumbers(first, true, "first: value");
  checkNumbers(second, true, "second: value");
  const [m, n] = [first.length, second.length];
  if (m === 0 || n === 0) throw new UserError(`samples have ${m} and ${n} values, expected at least one each`);
  const all = [...first, ...second];
  // twice the ranks, lowest first: whole numbers also where equal values share the mean of theirs
  const doubled = meanRanks(all).map((rank) => 2 * rank);
  let observed = 0;
  for (let i = 0; i < m; i++) observed += doubled[i]!;
  // of all pairs, twice those in which the first is above, with ties as one
  const above = observed - m * (m + 1);
  const below = (2 * m * n - above) / (2 * m * n);
  const size = Math.min(m, n);
  const total = all.length * (all.length + 1);
  // no choice of so few has a larger sum
  const largest = doubled
    .toSorted((a, b) => b - a)
    .slice(0, size)
    .reduce((a, b) => a + b);
  const exact = all.length * size * largest <= MOST_STEPS;
  return {
    below,
    interval: shareInterval(below, m, n),
    p: exact
      ? exactP(doubled, size, { total, largest, observed: m === size ? observed : total - observed })
      : normalP(doubled, m, above),
  };
}

/**
 * Newcombe 2006, "Confidence intervals for an effect size measure based on the Mann-Whitney statistic", part 2, method
 * 5: as Wilson's interval of a share, the values that lie as near to what was seen as their own spread allows. The
 * spread is that of Hanley and McNeil 1982, with the same part of both samples.
 *
 * @param seen share of pairs, 0 to 1 @param m values of the first sample @param n of the second
 */
function shareInterval(seen: number, m: number, n: number): Interval {
  const others = (m + n) / 2 - 1;
  const z = normalWithin(0.95);
  const outside = (share: number) => {
    const more = (others * (1 - share)) / (2 - share) + (others * share) / (1 + share);
    return Math.abs(seen - share) > z * Math.sqrt((share * (1 - share) * (1 + more)) / (m * n));
  };
  // halved as often as float64 has digits
  const end = (from: number) => {
    let [out, within] = [from, seen];
    for (let i = 0; i < 53; i++) {
      const middle = (out + within) / 2;
      if (outside(middle)) out = middle;
      else within = middle;
    }
    return within;
  };
  return { low: end(0), high: end(1) };
}

/**
 * @param size of the smaller sample
 * @param sums of the doubled ranks: of all, the largest of a sample of that size, and that of the smaller sample
 */
function exactP(
  doubled: readonly number[],
  size: number,
  { total, largest, observed }: { total: number; largest: number; observed: number },
): number {
  // ways[k][s]: choices of k of the values so far whose doubled ranks sum to s
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(largest + 1));
  ways[0]![0] = 1;
  for (const rank of doubled) {
    for (let k = size; k > 0; k--) {
      const [into, from] = [ways[k]!, ways[k - 1]!];
      for (let s = largest; s >= rank; s--) into[s]! += from[s - rank]!;
    }
  }
  // distances from the middle, times the number of values: whole numbers
  const distance = (sum: number) => Math.abs(sum * doubled.length - total * size);
  const far = distance(observed);
  let [asFar, choices] = [0, 0];
  ways[size]!.forEach((count, sum) => {
    choices += count;
    if (distance(sum) >= far) asFar += count;
  });
  return Math.min(1, asFar / choices);
}

/** @param above twice Mann and Whitney's U of the first sample, of `m` values */
function normalP(doubled: readonly number[], m: number, above: number): number {
  const all = doubled.length;
  const n = all - m;
  const sorted = Float64Array.from(doubled).sort();
  let ties = 0;
  for (let from = 0, to = 0; from < all; from = to) {
    while (to < all && sorted[to] === sorted[from]) to++;
    ties += (to - from) ** 3 - (to - from);
  }
  const variance = ((m * n) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (variance <= 0) return 1;
  const z = (Math.abs(above - m * n) / 2 - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * normalTails(z).upper);
}
