import { jStat } from "jstat";
import { UserError } from "../support/user-error.js";

/** What is to be seen: a difference of accuracy, by a two-sided t test. */
export interface Goal {
  /** as a fraction, e.g. 0.01 for one point */
  difference: number;
  /** probability of seeing it, default 0.8 */
  power?: number;
  /** probability of seeing one that isn't there, default 0.05 */
  alpha?: number;
}

/**
 * Power of the two-sided t test at this degree of freedom, when the mean lies `shift` standard errors from 0.
 *
 * @returns probability that the test rejects, from alpha (at a shift of 0) to 1
 */
export function powerOfT(shift: number, degrees: number, alpha = 0.05): number {
  const critical = jStat.studentt.inv(1 - alpha / 2, degrees);
  return 1 - jStat.noncentralt.cdf(critical, degrees, shift) + jStat.noncentralt.cdf(-critical, degrees, shift);
}

/**
 * Seeds a model that a paired comparison needs.
 *
 * @param sd standard deviation of the differences between two models with the same seed
 * @returns a whole number of at least 2
 * @throws UserError for a negative sd, a difference that isn't above 0, or when more than a million are needed
 */
export function seedsPaired(sd: number, goal: Goal): number {
  return smallest(sd, goal, (n, effect) => powerOfT(effect * Math.sqrt(n), n - 1, goal.alpha));
}

/**
 * Seeds a model that a comparison of independent runs needs.
 *
 * @param sd standard deviation between seeds of one model, the root mean square of both
 * @returns a whole number of at least 2
 * @throws UserError for a negative sd, a difference that isn't above 0, or when more than a million are needed
 */
export function seedsUnpaired(sd: number, goal: Goal): number {
  return smallest(sd, goal, (n, effect) => powerOfT(effect * Math.sqrt(n / 2), 2 * n - 2, goal.alpha));
}

const MOST = 1_000_000;

/** The smallest n, at least 2, that has the power: doubled until it is enough, then bisected. */
function smallest(sd: number, { difference, power = 0.8 }: Goal, powerAt: (n: number, effect: number) => number): number {
  if (!(sd >= 0)) throw new UserError(`sd is ${sd}, expected at least 0`);
  if (!(difference > 0)) throw new UserError(`difference is ${difference}, expected more than 0`);
  if (sd === 0) return 2;
  const effect = difference / sd;
  const enough = (n: number) => powerAt(n, effect) >= power;
  let high = 2;
  while (!enough(high)) {
    high *= 2;
    if (high > MOST) throw new UserError(`a difference of ${difference} needs more than ${MOST} seeds at sd ${sd}`);
  }
  let low = Math.max(1, high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
