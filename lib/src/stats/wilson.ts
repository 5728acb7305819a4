import { jStat } from "jstat";
import { show, UserError } from "../support/user-error.js";
import type { Interval } from "./bootstrap.js";

/**
 * Wilson score interval of an accuracy: what the choice of the test samples alone leaves open, whatever the number of seeds.
 *
 * @param correct test samples named right, from 0 to `of`
 * @param of test samples
 * @returns fractions, 0 <= low <= correct / of <= high <= 1
 * @throws UserError when they aren't counts: of a mean over several runs there is `meanWilson`
 */
export function wilson(correct: number, of: number, level = 0.95): Interval {
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
 * @throws UserError when `correct` isn't from 0 to `of`, or `level` isn't between 0 and 1
 */
export function meanWilson(correct: number, of: number, level = 0.95): Interval {
  if (!(level > 0 && level < 1)) throw new UserError(`level is ${show(level)}, expected more than 0 and less than 1`);
  if (!(of > 0 && correct >= 0 && correct <= of)) throw new UserError(`correct is ${correct} of ${of}, expected from 0 to all`);
  const z = jStat.normal.inv((1 + level) / 2, 0, 1);
  const share = correct / of;
  const centre = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
