import type { Interval } from "./bootstrap.js";
import { checkNumbers, checkShare } from "./check-numbers.js";
import { coinTails } from "./special.js";

/** Coverages are sums of many terms: one that is meant to be `level` may be below it by this. */
const ROUNDING = 1e-12;

/**
 * Confidence interval of the median from two of the sorted values, whatever the distribution: as many values lie below
 * the median as heads of as many coins show.
 *
 * @param values may be infinite
 * @returns the narrowest such interval that covers at least `level`; from lowest to highest where even these cover
 *   less; null without a value
 * @throws UserError for a value that isn't a number, or when `level` isn't between 0 and 1
 */
export function medianInterval(values: readonly number[], level = 0.95): Interval | null {
  checkNumbers(values, true);
  checkShare("level", level);
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n === 0) return null;
  // without the lowest and the highest `skip` values the rest covers enough: bisected, for the coverage falls with each
  const enough = (skip: number) => 1 - 2 * coinTails(skip, n).lower >= level - ROUNDING;
  let [skip, tooMany] = [0, Math.ceil(n / 2)];
  while (tooMany - skip > 1) {
    const middle = Math.floor((skip + tooMany) / 2);
    if (enough(middle)) skip = middle;
    else tooMany = middle;
  }
  return { low: sorted[skip]!, high: sorted[n - 1 - skip]! };
}
