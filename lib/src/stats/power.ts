import { z } from "zod";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { checkShare } from "./check-numbers.js";
import { firstWhole, normalTails, studentAbove } from "./special.js";

/** What is to be seen: a difference of accuracy, by a two-sided t test. */
export interface Goal {
  /** as a fraction, e.g. 0.01 for one point */
  difference: number;
  /** probability of seeing it, default 0.8 */
  power?: number;
  /** probability of seeing one that isn't there, default 0.05 */
  alpha?: number;
}

const GoalSchema = z.strictObject({
  difference: z.number().gt(0),
  power: z.number().gt(0).lt(1).default(0.8),
  alpha: z.number().gt(0).lt(1).default(0.05),
});

/** Beyond this a shift is so far that the normal noise beside it changes nothing. */
const FAR = 1e5;
/** From here on the power is that of the normal test, to 1e-8; more would only lose digits. */
const MOST_DEGREES = 1e8;

/**
 * Power of the two-sided t test at this degree of freedom, when the mean lies `shift` standard errors from 0. With the
 * standard error estimated as S times the true one (S^2 chi squared over its degrees), the test rejects when |Z +
 * shift| > critical S: the mean over S of normal tails, taken by the trapezoidal rule in ln S, which converges
 * exponentially there.
 *
 * @param degrees of freedom, at least 1
 * @param alpha from 0 to 1, both excluded
 * @returns probability that the test rejects, from alpha (at a shift of 0) to 1
 * @throws UserError when an argument isn't a number of its range
 */
export function powerOfT(shift: number, degrees: number, alpha = 0.05): number {
  if (!Number.isFinite(shift))
    throw new UserError(`shift is ${show(shift)}, expected a finite number of standard errors`);
  if (!(Number.isFinite(degrees) && degrees >= 1))
    throw new UserError(`degrees is ${show(degrees)}, expected degrees of freedom, at least 1`);
  checkShare("alpha", alpha);
  const known = Math.min(degrees, MOST_DEGREES);
  const scale = Math.max(1, Math.abs(shift) / FAR);
  const [mean, critical] = [shift / scale, studentAbove(alpha / 2, known) / scale];
  const width = 1 / Math.sqrt(2 * known);
  const step = Math.min(0.1, width, 1 / (1 + Math.abs(mean))) / 2;
  let [rejected, total] = [0, 0];
  for (const direction of [-1, 1]) {
    for (let k = direction === 1 ? 0 : 1; ; k++) {
      const log = direction * k * step;
      const weight = Math.exp(known * (log - Math.expm1(2 * log) / 2));
      if (weight < 1e-25) break;
      const limit = critical * Math.exp(log);
      total += weight;
      rejected += weight * (normalBelow(mean - limit) + normalBelow(-mean - limit));
    }
  }
  // never below that of a shift of 0, also where alpha is too small for the sum
  return Math.min(1, Math.max(alpha, rejected / total));
}

/** Most points lie far out, where the tail needs no work. */
function normalBelow(z: number): number {
  return z > 9 ? 1 : z < -40 ? 0 : normalTails(z).lower;
}

/**
 * Seeds a model that a paired comparison needs.
 *
 * @param sd standard deviation of the differences between two models with the same seed
 * @returns a whole number of at least 2
 * @throws UserError for a negative sd, a goal that isn't one, or when more than a million are needed
 */
export function seedsPaired(sd: number, goal: Goal): number {
  return smallest(sd, goal, (n, effect, alpha) => powerOfT(effect * Math.sqrt(n), n - 1, alpha));
}

/**
 * Seeds a model that a comparison of independent runs needs.
 *
 * @param sd standard deviation between seeds of one model, the root mean square of both
 * @returns a whole number of at least 2
 * @throws UserError for a negative sd, a goal that isn't one, or when more than a million are needed
 */
export function seedsUnpaired(sd: number, goal: Goal): number {
  return smallest(sd, goal, (n, effect, alpha) => powerOfT(effect * Math.sqrt(n / 2), 2 * n - 2, alpha));
}

const MOST = 1_000_000;

/** The smallest n, at least 2, that has the power: doubled until it is enough, then bisected. */
function smallest(sd: number, goal: Goal, powerAt: (n: number, effect: number, alpha: number) => number): number {
  if (!(Number.isFinite(sd) && sd >= 0)) throw new UserError(`sd is ${show(sd)}, expected at least 0`);
  const { difference, power, alpha } = check(GoalSchema, goal, "goal");
  if (sd === 0) return 2;
  const effect = Math.min(difference / sd, Number.MAX_VALUE / MOST);
  const enough = (n: number) => powerAt(n, effect, alpha) >= power;
  let high = 2;
  let low = 1;
  while (!enough(high)) {
    if (high === MOST) throw new UserError(`a difference of ${difference} needs more than ${MOST} seeds at sd ${sd}`);
    low = high;
    high = Math.min(2 * high, MOST);
  }
  return firstWhole(low, high, enough);
}
