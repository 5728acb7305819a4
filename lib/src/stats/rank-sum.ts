import { UserError } from "../support/user-error.js";

/** How two samples lie to each other. */
export interface RankSum {
  /** the chance that a value of the first is below one of the second, ties counted half */
  below: number;
  /** that both are alike, two-sided, exact */
  p: number;
}

/**
 * Wilcoxon's rank-sum test (Mann and Whitney 1947), exact with ties: if two samples are alike, any choice of as many values from all of them is as
 * likely to be the first, so the share of the choices whose sum of ranks lies as far from the middle is the p value. It takes nothing to be
 * normal: costs of runs that converge and of runs that don't lie decades apart.
 *
 * @returns `below` and `p`, each from 0 to 1
 * @throws UserError for an empty sample, or a value that isn't a number
 */
export function rankSum(first: readonly number[], second: readonly number[]): RankSum {
  const all = [...first, ...second];
  if (first.length === 0 || second.length === 0)
    throw new UserError(`samples have ${first.length} and ${second.length} values, expected at least one each`);
  const bad = all.find(Number.isNaN);
  if (bad !== undefined)
    throw new UserError(`value ${all.findIndex(Number.isNaN) + 1} of ${all.length} is NaN, expected a number`);
  // twice the ranks, lowest first: whole numbers also where equal values share the mean of theirs
  const doubled = all.map(
    (value) => 2 * all.filter((other) => other < value).length + all.filter((other) => other === value).length + 1,
  );
  const observed = doubled.slice(0, first.length).reduce((a, b) => a + b);
  const total = doubled.reduce((a, b) => a + b);
  // ways[k][s]: choices of k of the values so far whose doubled ranks sum to s
  const ways = Array.from({ length: first.length + 1 }, () => new Float64Array(total + 1));
  ways[0]![0] = 1;
  for (const rank of doubled) {
    for (let k = first.length; k > 0; k--) {
      for (let s = total; s >= rank; s--) ways[k]![s]! += ways[k - 1]![s - rank]!;
    }
  }
  const chosen = ways[first.length]!;
  const middle = (total * first.length) / all.length;
  const far = Math.abs(observed - middle);
  const choices = chosen.reduce((a, b) => a + b);
  const asFar = chosen.reduce((sum, count, s) => (Math.abs(s - middle) >= far - 1e-9 ? sum + count : sum), 0);
  const pairs = first.length * second.length;
  const below = first.reduce((sum, a) => sum + second.reduce((wins, b) => wins + (a < b ? 1 : a === b ? 0.5 : 0), 0), 0);
  return { below: below / pairs, p: Math.min(1, asFar / choices) };
}
