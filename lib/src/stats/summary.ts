import { checkWhole, UserError } from "../support/user-error.js";
import { checkNumbers, type Numbers, scaleOf } from "./check-numbers.js";

/** Mean and sample standard deviation (0 for a single value), smallest and largest. */
export interface Summary {
  n: number;
  mean: number;
  sd: number;
  min: number;
  max: number;
}

/** The mean of more values than these loses digits that a second look at them gives back. */
const SHORT = 10_000;

/**
 * Mean, sample standard deviation (0 of a single value) and range.
 *
 * @param values of any number; where one is infinite, as the cost of a run that diverged is, sd is infinite and the
 *   mean too, or NaN of both signs
 * @returns in the units of the values; `n` is their number
 * @throws UserError without a value, or for one that isn't a number
 */
export function summarize(values: Numbers): Summary {
  checkNumbers(values, true);
  const n = values.length;
  if (n === 0) throw new UserError("there are no values to summarize");
  const scale = scaleOf(values);
  let [sum, squares] = [0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    sum += value / scale;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  let mean = sum / n;
  let drift = 0;
  for (const value of values) {
    const apart = value / scale - mean;
    drift += apart / n;
    squares += apart ** 2;
  }
  if (Number.isFinite(mean)) {
    // what the mean is off by counts where the values lie far from 0 and close to each other
    squares = Math.max(0, squares - n * drift ** 2);
    if (n > SHORT) mean += drift;
    mean = Math.min(Math.max(mean, min / scale), max / scale);
    if (min === max) squares = 0;
  }
  const sd = n === 1 ? 0 : Number.isFinite(mean) ? scale * Math.sqrt(squares / (n - 1)) : Number.POSITIVE_INFINITY;
  return { n, mean: scale * mean, sd, min, max };
}

/**
 * The middle value, or the mean of the two in the middle.
 *
 * @param values may be infinite
 * @returns in the units of the values
 * @throws UserError without a value, or for one that isn't a number
 */
export function median(values: Numbers): number {
  checkNumbers(values, true);
  if (values.length === 0) throw new UserError("there are no values to take the median of");
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1]!, sorted[Math.floor(half)]!];
  // the sum of two large values is too large
  return low === high ? low : Number.isFinite(low + high) ? (low + high) / 2 : low / 2 + high / 2;
}

/**
 * A fraction as per cent, without the sign, rounded in one way for tables, figures and text.
 *
 * @returns e.g. "83.4" for 0.8337; thousands have commas
 * @throws UserError when `digits` isn't a whole number up to 20
 */
export function percentText(fraction: number, digits = 1): string {
  checkWhole("digits", digits, 0, 20);
  return (100 * fraction).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The same with a true minus sign, which is as wide as a plus; what rounds to 0 has no sign. @internal */
export function signedPercent(fraction: number, digits = 1): string {
  const text = percentText(fraction, digits);
  return text.replace("-", /[1-9]/.test(text) ? "−" : "");
}
