import { show, UserError } from "../support/user-error.js";

/** The kernel is cut off at this many sigma, as scipy does. */
const TRUNCATE = 4;

/**
 * Weights of a Gaussian at whole distances, normalised to sum to 1.
 *
 * @param sigma standard deviation in samples, at least 0
 * @returns the weights at distance 0, 1, ..., floor(4 sigma + 1/2); the kernel is even, so one half tells all
 * @throws UserError when sigma is negative or not finite
 * @internal
 */
export function gaussianKernel(sigma: number): Float64Array {
  if (!(sigma >= 0 && Number.isFinite(sigma)))
    throw new UserError(`sigma is ${show(sigma)}, expected a number of at least 0`);
  const radius = Math.trunc(TRUNCATE * sigma + 0.5);
  const kernel = new Float64Array(radius + 1);
  kernel[0] = 1;
  for (let d = 1; d <= radius; d++) kernel[d] = Math.exp((-0.5 / (sigma * sigma)) * (d * d));
  let total = 1;
  for (let d = 1; d <= radius; d++) total += 2 * kernel[d]!;
  return kernel.map((weight) => weight / total);
}

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
  const kernel = gaussianKernel(sigma);
  const radius = kernel.length - 1;

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
