/** What both loops have in common. */
import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { z } from "zod";
import type { Schedule } from "../capture.js";
import { checkPositive, show, UserError } from "../support/user-error.js";
import { objectWith } from "../support/validate.js";

/** Looked at where it is known what it may be. */
export const anything = z.unknown().optional();

/** Options that both loops have. */
export const commonKeys = {
  learningRate: anything,
  tensorboard: z.string().min(1).optional(),
  signal: objectWith(["throwIfAborted"], "an AbortSignal").optional(),
};

/** Batches of one native call: more would spare little, and nothing stops a call once it runs. */
export const STEPS_A_CALL = 16;

/**
 * The learning rate of each step.
 *
 * @throws UserError when it is no rate and no schedule of them; the schedule returned throws when a rate of its own is
 *   none
 */
export function rates(learningRate: number | Schedule): Schedule {
  if (typeof learningRate === "number") {
    checkPositive("learningRate", learningRate);
    return () => learningRate;
  }
  if (typeof learningRate !== "function")
    throw new UserError(`learningRate is ${show(learningRate)}, expected a number above 0, or a function of the step`);
  return (step) => {
    const rate = learningRate(step);
    refusePromise(rate, "learningRate, a schedule,");
    if (Number.isFinite(rate) && rate >= 0) return rate;
    throw new UserError(
      `learningRate(${step}), of the schedule, is ${show(rate)}, expected a finite number of at least 0`,
    );
  };
}
