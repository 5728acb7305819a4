import { show, UserError } from "../support/user-error.js";

/**
 * `count` evenly spaced numbers from `start` to `stop`, both included, rounded as `numpy.linspace` rounds them.
 *
 * @param count at least 2
 * @returns [count], the first `start`, the last exactly `stop`
 * @throws UserError when `count` isn't a whole number of at least 2
 * @internal
 */
export function linspace(start: number, stop: number, count: number): Float64Array {
  if (!Number.isInteger(count) || count < 2) {
    throw new UserError(`count is ${show(count)}, expected a whole number of at least 2`);
  }
  const step = (stop - start) / (count - 1);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = i * step + start;
  values[count - 1] = stop;
  return values;
}

/**
 * Stretches or shrinks a signal to another number of points by linear interpolation; the ends stay. Same rounding as
 * `numpy.interp` (and so scipy's linear `interp1d`) over `linspace(0, 1)`: MNIST-1D tells signal from padding by "is
 * exactly 0", so a point that numpy hits exactly has to be hit exactly here.
 *
 * @param signal [n], at least two values; not changed
 * @param length points wanted, at least 2
 * @returns [length]
 * @throws UserError when the signal has fewer than two values, or `length` isn't a whole number of at least 2
 * @internal
 */
export function resample(signal: ArrayLike<number>, length: number): Float64Array {
  const n = signal.length;
  if (n < 2) throw new UserError(`signal has ${n} values, expected at least 2`);
  if (!Number.isInteger(length) || length < 2) {
    throw new UserError(`length is ${show(length)}, expected a whole number of at least 2`);
  }
  // linspace(0, 1, points)[i], without the arrays.
  const at = (i: number, points: number): number => (i === points - 1 ? 1 : i * (1 / (points - 1)));
  const values = new Float64Array(length);
  let j = 0;
  for (let i = 0; i < length; i++) {
    const x = at(i, length);
    while (j < n - 1 && at(j + 1, n) <= x) j++;
    const left = at(j, n);
    if (x === left) {
      values[i] = signal[j]!;
    } else {
      const slope = (signal[j + 1]! - signal[j]!) / (at(j + 1, n) - left);
      values[i] = slope * (x - left) + signal[j]!;
    }
  }
  return values;
}
