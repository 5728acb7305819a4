import { checkPositive, checkWhole } from "../support/user-error.js";

/** The learning rate of each step, counted from 0. */
export type Schedule = (step: number) => number;

/**
 * Half a cosine from `peak` to zero (Loshchilov & Hutter 2017), after a linear warm-up to `peak`. No step has the
 * learning rate 0: the first one after the warm-up has `peak`, the one after the last would have 0.
 *
 * @param options `steps` of the whole training, warm-up included; `warmup`: steps of the warm-up
 * @returns learning rates above 0 of the steps 0 to steps - 1
 * @throws UserError when `peak` isn't above 0, or `steps` isn't a whole number of at least 1
 */
export function cosine({ peak, steps, warmup = 0 }: { peak: number; steps: number; warmup?: number }): Schedule {
  checkPositive("peak", peak);
  checkWhole("steps", steps);
  checkWhole("warmup", warmup, 0, steps);
  return (step) => {
    if (step < warmup) return (peak * (step + 1)) / (warmup + 1);
    return (peak / 2) * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup)));
  };
}
