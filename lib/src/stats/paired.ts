import { UserError } from "../support/user-error.js";
import { checkNumbers, type Numbers, scaleOf } from "./check-numbers.js";
import { studentTails } from "./special.js";
import { summarize } from "./summary.js";

/**
 * Paired t test: whether the mean difference is 0, taking the differences to be normal.
 *
 * @returns two-sided; null for fewer than two differences
 * @throws UserError for a difference that isn't a finite number
 */
export function pairedT(differences: Numbers): { t: number; p: number } | null {
  checkNumbers(differences, false, "difference");
  if (differences.length < 2) return null;
  // t has no unit: in one of their size neither their mean nor their sd is lost
  const scale = scaleOf(differences);
  const { n, mean, sd, min, max } = summarize(Array.from(differences, (difference) => difference / scale));
  // the mean of equal values may be off by a bit, and their sd then above 0
  if (min === max) return min === 0 ? { t: 0, p: 1 } : { t: Math.sign(min) * Number.POSITIVE_INFINITY, p: 0 };
  const t = mean / (sd / Math.sqrt(n));
  return { t, p: 2 * studentTails(Math.abs(t), n - 1).upper };
}

/** Steps of the exact test that take some seconds, and sums whose shares take 400 MB. */
const MOST_STEPS = 2e9;
const MOST_SUM = 5e7;

/**
 * Sign-flip permutation test (Fisher 1935), exact: if two models are alike, each seed's difference might as well have
 * the other sign, so the share of all 2^n choices of signs whose sum lies as far from 0 is the p value. It takes
 * nothing to be normal.
 *
 * @param differences whole numbers, e.g. of test samples named right
 * @returns two-sided p; with n seeds it can't be below 2 / 2^n
 * @throws UserError for a difference that isn't whole, or more and larger ones than can be counted in seconds:
 *   `pairedT` takes any
 */
export function signFlip(differences: Numbers): number {
  checkNumbers(differences, false, "difference");
  const whole = Array.from(differences);
  const odd = whole.find((difference) => !Number.isSafeInteger(difference));
  if (odd !== undefined)
    throw new UserError(
      `difference is ${odd}, expected whole numbers, as of test samples named right; pairedT takes any`,
    );
  const divisor = whole.reduce(commonDivisor, 0) || 1;
  const sizes = whole.map((difference) => Math.abs(difference) / divisor).filter((size) => size > 0);
  const total = sizes.reduce((a, b) => a + b, 0);
  if (total > MOST_SUM || total * sizes.length > MOST_STEPS)
    throw new UserError(
      `${sizes.length} differences of ${total} in sum are too many for the exact test: use pairedT, or smaller whole numbers`,
    );
  // share[s]: of the choices of signs so far, those whose positive part is s; the sum is then 2 s - the sizes so far
  let share = new Float64Array(total + 1);
  share[0] = 1;
  for (const size of sizes) {
    const next = new Float64Array(total + 1);
    for (let s = 0; s <= total; s++) next[s] = (share[s]! + (share[s - size] ?? 0)) / 2;
    share = next;
  }
  const observed = Math.abs(whole.reduce((a, b) => a + b / divisor, 0));
  return Math.min(
    1,
    share.reduce((p, part, s) => (Math.abs(2 * s - total) >= observed ? p + part : p), 0),
  );
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : commonDivisor(b, a % b);
}
