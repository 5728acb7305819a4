import { show, UserError } from "../support/user-error.js";

/** Numbers in a row: an array, or a typed one as `dataSync` of a tensor gives. */
export type Numbers = Iterable<number> & { readonly length: number; readonly [i: number]: number };

/**
 * Checks values before anything is computed of them: NaN would pass through sums and sorts as a result that looks like
 * one.
 *
 * @param what how one is called in the error
 * @param infinite whether they may be infinite, as costs of runs that diverged are
 * @throws UserError when they aren't numbers, or one is NaN
 */
export function checkNumbers(values: Numbers, infinite: boolean, what = "value"): void {
  if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && !(values instanceof DataView)))
    throw new UserError(`${what}s are ${show(values)}, expected an array of numbers`);
  const sound = infinite
    ? (value: number) => typeof value === "number" && !Number.isNaN(value)
    : (value: number) => Number.isFinite(value);
  // not by findIndex, which would take long over a million of values
  for (let i = 0; i < values.length; i++) {
    if (sound(values[i]!)) continue;
    const expected = infinite ? "a number" : "a finite number";
    throw new UserError(`${what} ${i + 1} of ${values.length} is ${show(values[i])}, expected ${expected}`);
  }
}

/** @throws UserError when it isn't a share between 0 and 1 @param what how it is called in the error */
export function checkShare(what: string, value: number): number {
  if (typeof value === "number" && value > 0 && value < 1) return value;
  throw new UserError(`${what} is ${show(value)}, expected more than 0 and less than 1`);
}

/**
 * A power of two that brings the values close to 1, so that squares and cubes neither overflow nor vanish. Dividing by
 * it changes no digit; values of usual size are left as they are.
 */
export function scaleOf(values: Numbers): number {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  const usual = largest === 0 || (largest > 1e-60 && largest < 1e60);
  // the logarithm of the largest number rounds up to 1024
  return usual ? 1 : 2 ** Math.min(Math.floor(Math.log2(largest)), 1023);
}
