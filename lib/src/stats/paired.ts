import { jStat } from "jstat";
import { UserError } from "../support/user-error.js";
import { summarize } from "./summary.js";

/**
 * Paired t test: whether the mean difference is 0, taking the differences to be normal.
 *
 * @returns two-sided; null for fewer than two differences
 */
export function pairedT(differences: readonly number[]): { t: number; p: number } | null {
  if (differences.length < 2) return null;
  const { n, mean, sd } = summarize(differences);
  if (sd === 0) return mean === 0 ? { t: 0, p: 1 } : { t: Math.sign(mean) * Number.POSITIVE_INFINITY, p: 0 };
  const t = mean / (sd / Math.sqrt(n));
  return { t, p: 2 * jStat.studentt.cdf(-Math.abs(t), n - 1) };
}

/**
 * Sign-flip permutation test (Fisher 1935), exact: if two models are alike, each seed's difference might as well have the other sign, so the
 * share of all 2^n choices of signs whose sum lies as far from 0 is the p value. It takes nothing to be normal.
 *
 * @param differences whole numbers, e.g. of test samples named right
 * @returns two-sided p; with n seeds it can't be below 2 / 2^n
 * @throws UserError for a difference that isn't whole
 */
export function signFlip(differences: readonly number[]): number {
  const odd = differences.find((difference) => !Number.isSafeInteger(difference));
  if (odd !== undefined) throw new UserError(`difference is ${odd}, expected whole numbers of test samples`);
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  const total = sizes.reduce((a, b) => a + b, 0);
  // share[s]: of the choices of signs so far, those whose positive part is s; the sum is then 2 s - the sizes so far
  let share = new Float64Array(total + 1);
  share[0] = 1;
  for (const size of sizes) {
    const next = new Float64Array(total + 1);
    for (let s = 0; s <= total; s++) next[s] = (share[s]! + (share[s - size] ?? 0)) / 2;
    share = next;
  }
  const observed = Math.abs(differences.reduce((a, b) => a + b, 0));
  return Math.min(
    1,
    share.reduce((p, part, s) => (Math.abs(2 * s - total) >= observed ? p + part : p), 0),
  );
}
