import { RandomState } from "../support/random-state.js";
import { check } from "../support/validate.js";
import { Mnist1dConfig, type Mnist1dOptions, trainRows } from "./config.js";
import { drawStages, templates } from "./sample.js";
import { cut, type Dataset } from "./samples.js";

/** MNIST-1D with the settings it was made from. */
export interface Mnist1d extends Dataset {
  readonly config: Mnist1dConfig;
}

/**
 * Sum with the rounding errors carried along (Neumaier), so that the result doesn't depend on how many values there
 * are.
 */
function sum(values: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Centres all values together and divides by their population standard deviation, in place. */
function standardize(values: Float64Array): void {
  const mean = sum(values) / values.length;
  for (let i = 0; i < values.length; i++) values[i]! -= mean;
  const std = Math.sqrt(sum(values.map((value) => value * value)) / values.length);
  for (let i = 0; i < values.length; i++) values[i]! /= std;
}

/**
 * Makes the MNIST-1D data set: ten digits as noisy 1-D signals (Greydanus, "Scaling down deep learning", 2020).
 * Within 1e-12 of the PyPI package `mnist1d` 0.0.2.post1 for the same settings, labels identical.
 *
 * @param options settings that differ from the canonical ones
 * @returns both parts in random order of classes; the whole set, not each part, has mean 0 and population standard
 *   deviation 1
 * @throws UserError one line that names the setting, its value and what is allowed
 */
export function makeMnist1d(options: Mnist1dOptions = {}): Mnist1d {
  const config = check(Mnist1dConfig, options, "MNIST-1D config");
  const rng = new RandomState(config.seed);
  const { samples: rows, finalLength: length } = config;

  const clean = templates();
  const perClass = rows / clean.length;
  const ordered = new Float64Array(rows * length);
  for (let r = 0; r < rows; r++) {
    const stages = drawStages(clean[Math.floor(r / perClass)]!, config, rng);
    ordered.set(stages.at(-1)!.signal, r * length);
  }

  const x = new Float64Array(rows * length);
  const y = new Int32Array(rows);
  rng.permutation(rows).forEach((from, to) => {
    x.set(ordered.subarray(from * length, (from + 1) * length), to * length);
    y[to] = Math.floor(from / perClass);
  });
  standardize(x);

  return { config, length, ...cut({ x, y, rows }, trainRows(config)) };
}
