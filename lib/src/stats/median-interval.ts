import { jStat } from "jstat";
import { UserError } from "../support/user-error.js";
import type { Interval } from "./bootstrap.js";

/**
 * Confidence interval of the median from two of the sorted values, whatever the distribution: as many values lie below the median as heads of as
 * many coins show.
 *
 * @returns the narrowest such interval that covers at least `level`; from lowest to highest where even these cover less; null without a value
 * @throws UserError for a value that isn't a number
 */
export function medianInterval(values: readonly number[], level = 0.95): Interval | null {
  if (values.some(Number.isNaN)) throw new UserError("a value is NaN, expected numbers");
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return null;
  let skip = 0;
  while (skip + 1 < n / 2 && 1 - 2 * jStat.binomial.cdf(skip + 1, n, 0.5) >= level) skip++;
  return { low: sorted[skip]!, high: sorted[n - 1 - skip]! };
}
