import { z } from "zod";
import { RandomState } from "../support/random-state.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { checkNumbers, type Numbers, scaleOf } from "./check-numbers.js";
import { normalAbove, normalTails } from "./special.js";

/** From `low` to `high`. */
export interface Interval {
  low: number;
  high: number;
}

/** How an interval is drawn. */
export interface BootstrapOptions {
  /** coverage, default 0.95 */
  level?: number;
  /**
   * how often the sample is drawn anew, at least 100, default 10,000; 1,000 of more than 100,000 values, whose means
   * are nearly normal
   */
  resamples?: number;
  /** the same values and seed give the same interval */
  seed?: number;
}

const Options = z.strictObject({
  level: z.number().gt(0).lt(1).default(0.95),
  resamples: z.number().int().min(100).optional(),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
});

/** Draws that are kept for samples of the same size, 40 MB; and that take half a minute. */
const KEPT = 1e7;
const MOST = 2e9;
/** Their means are kept and sorted. */
const MOST_RESAMPLES = 1e7;

/**
 * Bootstrap confidence interval of the mean: bias-corrected and accelerated (BCa; Efron 1987), so that skewed values,
 * such as those of runs of which one failed, get an interval that is skewed too.
 *
 * @returns null for fewer than two values, which tell nothing about their spread
 * @throws UserError when a value isn't finite, an option isn't known or of its range, or more than 10 million
 *   resamples or 2 billion draws are asked for
 */
export function bootstrapMean(values: Numbers, options: BootstrapOptions = {}): Interval | null {
  checkNumbers(values, false);
  const n = values.length;
  const { level, seed, resamples = n > 100_000 ? 1000 : 10_000 } = check(Options, options, "bootstrap options");
  const most = Math.min(MOST_RESAMPLES, Math.floor(MOST / n));
  if (resamples > most)
    throw new UserError(
      `resamples is ${resamples} of ${n} values, expected at most ${most}: more take minutes, or more memory than there is`,
    );
  if (n < 2) return null;
  const scale = scaleOf(values);
  const scaled = Float64Array.from(values, (value) => value / scale);
  const mean = meanOf(scaled);
  if (scaled.every((value) => value === scaled[0])) return { low: scale * mean, high: scale * mean };

  const means = resampledMeans(scaled, resamples, seed);
  // the same values in another order may give a mean that differs in the last bit
  const slack = 1e-12 * scaled.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const below = means.filter((value) => value < mean - slack).length;
  const upTo = means.filter((value) => value <= mean + slack).length;
  // where all lie on one side, as of a million zeros and one 1, half a resample more
  const share = Math.min(Math.max((below + upTo) / 2, 0.5), resamples - 0.5) / resamples;
  const bias = -normalAbove(share);
  const acceleration = accelerationOf(scaled, mean);
  const at = (nominal: number) => {
    const z = bias - normalAbove(nominal);
    // beyond its pole the formula would come back from the other side
    const room = Math.max(1 - acceleration * z, 0);
    return scale * quantile(means, normalTails(bias + z / room).lower);
  };
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** Sorted means of samples drawn from the values. [resamples] */
function resampledMeans(values: Float64Array, resamples: number, seed: number): Float64Array {
  const n = values.length;
  const drawn = resamples * n > KEPT ? fast(n, seed) : kept(n, resamples, seed);
  return Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[drawn()]!;
    return sum / n;
  }).sort();
}

/** Billions of draws: Marsaglia's xorshift128 (2003), seeded by the stream. */
function fast(n: number, seed: number): () => number {
  const rng = RandomState.stream(seed, "bootstrap");
  let [x, y, z, w] = Array.from({ length: 4 }, () => rng.randint(1, 0xffffffff)) as [number, number, number, number];
  return () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return Math.floor(((w >>> 0) / 2 ** 32) * n);
  };
}

const KEPT_SIZES = 16;
const known = new Map<string, Uint32Array>();

/** Which values each resample takes: the same for all samples of a size, so drawn once. */
function kept(n: number, resamples: number, seed: number): () => number {
  const key = `${n} ${resamples} ${seed}`;
  let drawn = known.get(key);
  if (!drawn) {
    const rng = RandomState.stream(seed, "bootstrap");
    drawn = Uint32Array.from({ length: resamples * n }, () => rng.choice(n));
    if (known.size >= KEPT_SIZES) known.clear();
    known.set(key, drawn);
  }
  const all = drawn;
  let at = 0;
  return () => all[at++]!;
}

/** Skewness of the means that leave one value out (the jackknife), over 6. */
function accelerationOf(values: Float64Array, mean: number): number {
  const pulls = values.map((value) => (value - mean) / (values.length - 1));
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

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
