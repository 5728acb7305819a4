/**
 * The steps that make a template hard to recognise, as pure functions of a signal and of what was drawn for it.
 * None changes its arguments; the draws themselves are in sample.ts.
 */

import { linspace } from "./resample.js";

/** [n] and a number of zeros to append -> [n + zeros]. */
export function pad(signal: Float64Array, zeros: number): Float64Array {
  const padded = new Float64Array(signal.length + zeros);
  padded.set(signal);
  return padded;
}

/** Every value times `factor`. */
export function scale(signal: Float64Array, factor: number): Float64Array {
  return signal.map((value) => value * factor);
}

/** Every value plus `offset`. */
export function raise(signal: Float64Array, offset: number): Float64Array {
  return signal.map((value) => value + offset);
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

/** Puts `noise` where the signal is exactly 0, which is the padding. */
export function fillZeros(signal: Float64Array, noise: Float64Array): Float64Array {
  return signal.map((value, i) => (value !== 0 ? value : noise[i]!));
}

/** Adds two signals of the same length. */
export function add(signal: Float64Array, noise: Float64Array): Float64Array {
  return signal.map((value, i) => value + noise[i]!);
}

/** Subtracts a ramp from -slope / 2 at the start to +slope / 2 at the end. */
export function shear(signal: Float64Array, slope: number): Float64Array {
  const ramp = linspace(-0.5, 0.5, signal.length);
  return signal.map((value, i) => value - slope * ramp[i]!);
}
