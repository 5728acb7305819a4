import { show, UserError } from "../support/user-error.js";
import type { Interval } from "./bootstrap.js";
import { checkNumbers, checkShare, type Numbers } from "./check-numbers.js";
import { coinTails, firstWhole, normalWithin } from "./special.js";

/**
 * Wilson score interval of an accuracy: what the choice of the test samples alone leaves open, whatever the number of
 * seeds.
 *
 * @param correct test samples named right, from 0 to `of`
 * @param of test samples
 * @returns fractions, 0 <= low <= correct / of <= high <= 1
 * @throws UserError when they aren't counts, or `level` isn't between 0 and 1: of a mean over several runs there is
 *   `meanWilson`
 */
export function wilson(correct: number, of: number, level = 0.95): Interval {
  if (!Number.isInteger(of) || of < 1) throw new UserError(`of is ${show(of)}, expected the number of test samples`);
  if (!Number.isInteger(correct))
    throw new UserError(
      `correct is ${show(correct)} of ${show(of)}, expected how many are right, a whole number and not a share`,
    );
  return meanWilson(correct, of, level);
}

/**
 * The same of a mean over runs, which need not be whole.
 *
 * @returns fractions, 0 <= low <= correct / of <= high <= 1
 * @throws UserError when `of` is below 1, `correct` isn't from 0 to `of`, or `level` isn't between 0 and 1
 */
export function meanWilson(correct: number, of: number, level = 0.95): Interval {
  checkShare("level", level);
  if (!(Number.isFinite(of) && of >= 1))
    throw new UserError(`of is ${show(of)}, expected the number of test samples, at least 1`);
  if (!(Number.isFinite(correct) && correct >= 0 && correct <= of))
    throw new UserError(`correct is ${show(correct)} of ${show(of)}, expected from 0 to all`);
  const z = normalWithin(level);
  // the end that is nearer to 0 or 1 by Vieta from the other: as a difference it would lose its digits
  const upper = (share: number) => {
    const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
    return (share + (z * z) / (2 * of) + spread) / (1 + (z * z) / of);
  };
  const lower = (share: number) => (share === 0 ? 0 : (share * share) / (1 + (z * z) / of) / upper(share));
  const [right, wrong] = [correct / of, (of - correct) / of];
  const high = right < 0.5 ? upper(right) : 1 - lower(wrong);
  // of so many that the interval is as narrow as the rounding
  return { low: Math.min(lower(right), right), high: Math.max(high, right) };
}

/** Coverages are sums of many terms: one that is meant to be `level` may be below it by this. */
const ROUNDING = 1e-12;

/** Values from which on the lowest and the highest cover the median with 95 %: 1 - 2 / 2^n. */
export const MEDIAN_SEEDS = 6;

/**
 * Confidence interval of the median from two of the sorted values, whatever the distribution: as many values lie below
 * the median as heads of as many coins show.
 *
 * @param values may be infinite
 * @returns the narrowest such interval that covers at least `level`; from lowest to highest where even these cover
 *   less; null without a value
 * @throws UserError for a value that isn't a number, or when `level` isn't between 0 and 1
 */
export function medianInterval(values: Numbers, level = 0.95): Interval | null {
  checkNumbers(values, true);
  checkShare("level", level);
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n === 0) return null;
  // without the lowest and the highest `skip` values the rest covers enough; with one more of each it doesn't
  const tooMany = (skip: number) => 1 - 2 * coinTails(skip, n).lower < level - ROUNDING;
  const skip = firstWhole(0, Math.ceil(n / 2), tooMany) - 1;
  return { low: sorted[skip]!, high: sorted[n - 1 - skip]! };
}
