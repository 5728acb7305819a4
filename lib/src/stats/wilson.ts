import { show, UserError } from "../support/user-error.js";
import type { Interval } from "./bootstrap.js";
import { checkShare } from "./check-numbers.js";
import { normalAbove } from "./special.js";

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
 * @throws UserError when `correct` isn't from 0 to `of`, or `level` isn't between 0 and 1
 */
export function meanWilson(correct: number, of: number, level = 0.95): Interval {
  checkShare("level", level);
  if (!(Number.isFinite(of) && Number.isFinite(correct) && correct >= 0 && correct <= of && of > 0))
    throw new UserError(`correct is ${show(correct)} of ${show(of)}, expected from 0 to all`);
  const z = normalAbove((1 - level) / 2);
  const share = correct / of;
  const centre = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return { low: correct === 0 ? 0 : Math.max(0, centre - half), high: correct === of ? 1 : Math.min(1, centre + half) };
}
