import { UserError } from "../support/user-error.js";

/** Mean and sample standard deviation (0 for a single value), smallest and largest. */
export interface Summary {
  n: number;
  mean: number;
  sd: number;
  min: number;
  max: number;
}

/**
 * Mean, sample standard deviation (0 of a single value) and range.
 *
 * @returns in the units of the values; `n` is their number
 * @throws UserError without a value
 */
export function summarize(values: readonly number[]): Summary {
  const n = values.length;
  if (n === 0) throw new UserError("there are no values to summarize");
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, min: Math.min(...values), max: Math.max(...values) };
}

/**
 * The middle value, or the mean of the two in the middle.
 *
 * @returns in the units of the values
 * @throws UserError without a value
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new UserError("there are no values to take the median of");
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

/**
 * A fraction as per cent, without the sign, rounded in one way for tables, figures and text.
 *
 * @returns e.g. "83.4" for 0.8337; thousands have commas
 */
export function percentText(fraction: number, digits = 1): string {
  return (100 * fraction).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
