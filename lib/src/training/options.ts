/** What may be asked of a training, looked at once before it begins. */
import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { z } from "zod";
import type { Schedule } from "../capture.js";
import { checkPositive, show, UserError } from "../support/user-error.js";
import { check, functionThat, objectWith } from "../support/validate.js";

const anything = z.unknown().optional();

/** Keys that all trainings have. Numbers are checked where it is known how large they may be. */
const common = {
  learningRate: anything,
  tensorboard: z.string().min(1).optional(),
  signal: objectWith(["throwIfAborted"], "an AbortSignal").optional(),
};

const TrainKeys = z.strictObject({
  ...common,
  epochs: anything,
  batchSize: anything,
  order: objectWith(["permutation"], "a RandomState"),
  augment: functionThat("(values, rows) changes a batch in place").optional(),
  onEpoch: functionThat("is called after each epoch").optional(),
});

const TrainTaskKeys = z.strictObject({
  ...common,
  sequences: anything,
  batch: anything,
  lengths: anything,
  oneLength: z.boolean().optional(),
  steps: anything,
  seed: anything,
  reportEvery: anything,
  onReport: functionThat("is called with each point").optional(),
  stop: functionThat("(curve) says whether to stop").optional(),
});

/** @throws UserError when a key is unknown, or no function or object of its kind */
export function checkTrainKeys(options: unknown): void {
  check(TrainKeys, options, "train options");
}

/** The same of `trainTask`. */
export function checkTrainTaskKeys(options: unknown): void {
  check(TrainTaskKeys, options, "trainTask options");
}

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
