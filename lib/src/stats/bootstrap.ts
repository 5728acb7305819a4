import { jStat } from "jstat";
import { RandomState } from "../support/random-state.js";
import { UserError } from "../support/user-error.js";

/** From `low` to `high`. */
export interface Interval {
  low: number;
  high: number;
}

/** How an interval is drawn. */
export interface BootstrapOptions {
  /** coverage, default 0.95 */
  level?: number;
  /** how often the sample is drawn anew, default 10,000 */
  resamples?: number;
  /** the same values and seed give the same interval */
  seed?: number;
}

/**
 * Bootstrap confidence interval of the mean: bias-corrected and accelerated (BCa; Efron 1987), so that skewed values, such as those of runs
 * of which one failed, get an interval that is skewed too.
 *
 * @returns null for fewer than two values, which tell nothing about their spread
 * @throws UserError when a value isn't finite
 */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions = {}): Interval | null {
  const { level = 0.95, resamples = 10_000, seed = 0 } = options;
  const n = values.length;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new UserError(`value ${bad + 1} of ${n} is ${values[bad]}, expected a finite number`);
  if (n < 2) return null;
  const mean = meanOf(values);
  if (values.every((value) => value === values[0])) return { low: mean, high: mean };

  const drawn = draws(n, resamples, seed);
  const means = Float64Array.from({ length: resamples }, (_, sample) => {
    let sum = 0;
    for (let i = sample * n; i < (sample + 1) * n; i++) sum += values[drawn[i]!]!;
    return sum / n;
  }).sort();

  // the same values in another order may give a mean that differs in the last bit
  const slack = 1e-12 * Math.max(...values.map(Math.abs));
  const below = means.filter((value) => value < mean - slack).length;
  const upTo = means.filter((value) => value <= mean + slack).length;
  const bias = normalQuantile((below + upTo) / 2 / resamples);
  const acceleration = accelerationOf(values, mean);
  const at = (share: number) => {
    const z = bias + normalQuantile(share);
    return quantile(means, jStat.normal.cdf(bias + z / (1 - acceleration * z), 0, 1));
  };
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

const known = new Map<string, Uint32Array>();

/** Which values each resample takes: the same for all samples of a size, so drawn once. [resamples * n] */
function draws(n: number, resamples: number, seed: number): Uint32Array {
  const key = `${n} ${resamples} ${seed}`;
  let drawn = known.get(key);
  if (!drawn) {
    const rng = RandomState.stream(seed, "bootstrap");
    drawn = Uint32Array.from({ length: resamples * n }, () => rng.choice(n));
    known.set(key, drawn);
  }
  return drawn;
}

/** Skewness of the means that leave one value out (the jackknife), over 6. */
function accelerationOf(values: readonly number[], mean: number): number {
  const n = values.length;
  const pulls = values.map((value) => (value - mean) / (n - 1));
  const cubes = pulls.reduce((sum, pull) => sum + pull ** 3, 0);
  const squares = pulls.reduce((sum, pull) => sum + pull ** 2, 0);
  return cubes / (6 * squares ** 1.5);
}

/** Linear between the two nearest of the sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const before = Math.floor(position);
  const next = Math.min(before + 1, sorted.length - 1);
  return sorted[before]! + (position - before) * (sorted[next]! - sorted[before]!);
}

function normalQuantile(share: number): number {
  return jStat.normal.inv(share, 0, 1);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
