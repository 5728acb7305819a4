import { UserError } from "../support/user-error.js";
import { checkNumbers, type Numbers } from "./check-numbers.js";

/**
 * p values corrected for the number of tests (Holm 1979): with any below 0.05 taken as real, the chance of even one
 * false claim among all tests stays below 5 %.
 *
 * @param pValues each from 0 to 1
 * @returns in the order of `pValues`, none below its own
 * @throws UserError for a value that is no probability
 */
export function holm(pValues: Numbers): number[] {
  checkNumbers(pValues, false, "p value");
  const bad = Array.from(pValues).findIndex((p) => p < 0 || p > 1);
  if (bad >= 0) throw new UserError(`p value ${bad + 1} of ${pValues.length} is ${pValues[bad]}, expected from 0 to 1`);
  const order = Array.from(pValues, (_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const corrected = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((test, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[test]!));
    corrected[test] = largest;
  });
  return corrected;
}
