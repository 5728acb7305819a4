import { show, UserError } from "../support/user-error.js";

/** Of `count` evenly spaced numbers from `start` to `stop` the i-th, rounded as `numpy.linspace` rounds it. */
const evenly = (start: number, stop: number, count: number) => (i: number) =>
  i === count - 1 ? stop : i * ((stop - start) / (count - 1)) + start;

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
  const [to, from] = [evenly(0, 1, length), evenly(0, 1, n)];
  const values = new Float64Array(length);
  let j = 0;
  for (let i = 0; i < length; i++) {
    const x = to(i);
    while (j < n - 1 && from(j + 1) <= x) j++;
    const left = from(j);
    if (x === left) {
      values[i] = signal[j]!;
    } else {
      const slope = (signal[j + 1]! - signal[j]!) / (from(j + 1) - left);
      values[i] = slope * (x - left) + signal[j]!;
    }
  }
  return values;
}

/** The kernel is cut off at this many sigma, as scipy does. */
const TRUNCATE = 4;

/**
 * Smooths a signal with a Gaussian, the signal reflected about its edges (d c b a | a b c d | d c b a) and the kernel
 * cut at 4 sigma: `scipy.ndimage.gaussian_filter(signal, sigma)`.
 *
 * @param signal [length], at least one value; not changed
 * @param sigma standard deviation in samples
 * @returns [length]
 * @throws UserError when the signal is empty, or sigma is negative or not finite
 */
export function gaussianFilter(signal: ArrayLike<number>, sigma: number): Float64Array {
  const n = signal.length;
  if (n === 0) throw new UserError("signal is empty, expected at least one value");
  if (!(sigma >= 0 && Number.isFinite(sigma)))
    throw new UserError(`sigma is ${show(sigma)}, expected a number of at least 0`);
  // the kernel is even, so one half tells all
  const radius = Math.trunc(TRUNCATE * sigma + 0.5);
  const bell = Float64Array.from({ length: radius + 1 }, (_, d) =>
    d === 0 ? 1 : Math.exp((-0.5 / (sigma * sigma)) * (d * d)),
  );
  const total = bell.subarray(1).reduce((sum, weight) => sum + 2 * weight, 1);
  const kernel = bell.map((weight) => weight / total);

  const line = new Float64Array(n + 2 * radius);
  for (let i = 0; i < line.length; i++) {
    // Reflection repeats after 2n, which matters only for signals shorter than the kernel.
    const m = (((i - radius) % (2 * n)) + 2 * n) % (2 * n);
    line[i] = signal[m < n ? m : 2 * n - 1 - m]!;
  }

  const smooth = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const centre = i + radius;
    let sum = line[centre]! * kernel[0]!;
    // The two sides are added first and the far ones before the near ones: scipy's order, so also scipy's rounding.
    for (let d = radius; d > 0; d--) sum += (line[centre - d]! + line[centre + d]!) * kernel[d]!;
    smooth[i] = sum;
  }
  return smooth;
}

/**
 * Rotates to the right by `steps`, what leaves at the end comes in at the start. A rotation by the whole length or more
 * leaves the signal as it is, as the slices in the PyPI package do (it doesn't wrap).
 */
export function translate(signal: Float64Array, steps: number): Float64Array {
  if (steps >= signal.length) return signal.slice();
  const moved = new Float64Array(signal.length);
  moved.set(signal.subarray(signal.length - steps));
  moved.set(signal.subarray(0, signal.length - steps), steps);
  return moved;
}

/** Subtracts a ramp from -slope / 2 at the start to +slope / 2 at the end. */
export function shear(signal: Float64Array, slope: number): Float64Array {
  const ramp = evenly(-0.5, 0.5, signal.length);
  return signal.map((value, i) => value - slope * ramp(i));
}
