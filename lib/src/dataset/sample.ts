import type { RandomState } from "../support/random-state.js";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { Mnist1dConfig, type Mnist1dOptions } from "./config.js";
import { gaussianFilter, resample, shear, translate } from "./signal.js";

/** Heights of the ten digits' outlines, drawn by hand (Greydanus 2020). Each starts and ends at 5. */
const OUTLINES: readonly (readonly number[])[] = [
  [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
  [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
  [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
  [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
  [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
  [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
  [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
  [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
];

/** Number of classes: the ten digits. */
export const CLASSES = OUTLINES.length;
const TEMPLATE_LENGTH = OUTLINES[0]!.length;

/**
 * The clean signal of a digit: its outline whitened (mean 0, population standard deviation 1), moved to start at 0,
 * divided by 6.
 *
 * @param digit 0 to 9
 * @returns [12], first and last value 0
 * @throws UserError for another digit
 */
export function template(digit: number): Float64Array {
  const outline = OUTLINES[digit];
  if (outline === undefined) throw new UserError(`digit is ${show(digit)}, expected a whole number from 0 to 9`);
  const n = outline.length;
  const mean = outline.reduce((sum, value) => sum + value, 0) / n;
  const std = Math.sqrt(outline.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  const start = (outline[0]! - mean) / std;
  return Float64Array.from(outline, (value) => ((value - mean) / std - start) / 6);
}

/** The ten templates, [10][12], in the order of the digits. */
export function templates(): Float64Array[] {
  return OUTLINES.map((_, digit) => template(digit));
}

/** Lifts the template off 0, so that only padding is exactly 0 and gets the correlated noise. */
const LIFT = 1e-8;
/** Width of the filter that correlates the noise, in points. */
const NOISE_SIGMA = 2;

/** The stages of a sample, in order. */
export const STAGES = [
  "template",
  "padded",
  "stretched",
  "scaled",
  "translated",
  "correlated noise",
  "iid noise",
  "sheared",
  "interpolated",
] as const;

/** Name of a step of the generator, see `STAGES`. */
export type StageName = (typeof STAGES)[number];

/**
 * What a sample looks like after one step. The signal has arbitrary units, as the whole set is standardised only at the
 * end.
 */
export interface Stage {
  readonly name: StageName;
  readonly signal: Float64Array;
}

function whiteNoise(points: number, std: number, rng: RandomState): Float64Array {
  const noise = new Float64Array(points);
  for (let i = 0; i < points; i++) noise[i] = std * rng.standardNormal();
  return noise;
}

/**
 * Draws one sample. The order of the draws is that of the PyPI package and part of the data set's definition.
 *
 * @param clean template of the digit, [12]
 */
export function drawStages(clean: Float64Array, config: Mnist1dConfig, rng: RandomState): Stage[] {
  const [low, high] = config.padding;
  const points = TEMPLATE_LENGTH + high;

  const padded = new Float64Array(TEMPLATE_LENGTH + low + Math.trunc(rng.random() * (high - low + 1)));
  padded.set(clean.map((value) => value + LIFT));
  const stretched = resample(padded, points);
  const size = 1 + config.scale * (rng.random() - 0.5);
  const scaled = stretched.map((value) => value * size);
  const translated = translate(scaled, rng.choice(config.maxTranslation));
  const noise = gaussianFilter(whiteNoise(points, config.correlatedNoise, rng), NOISE_SIGMA);
  // only where the signal is exactly 0, which is the padding
  const correlated = translated.map((value, i) => (value !== 0 ? value : noise[i]!));
  const white = whiteNoise(points, config.iidNoise, rng);
  const noisy = correlated.map((value, i) => value + white[i]!);
  const sheared = shear(noisy, config.shear * (rng.random() - 0.5));
  const signals = [
    clean,
    padded,
    stretched,
    scaled,
    translated,
    correlated,
    noisy,
    sheared,
    resample(sheared, config.finalLength),
  ];

  return STAGES.map((name, i) => ({ name, signal: signals[i]! }));
}

/**
 * One sample of a digit with every stage on its way: template [12], padded [12 + zeros], then [12 + padding high] (72),
 * at last [finalLength] (40). `makeMnist1d` makes its rows by these same steps, then centres and scales the whole set.
 *
 * @param digit 0 to 9
 * @param rng advanced by this sample's draws
 * @returns every stage by name, in the order in which they are made
 * @throws UserError for another digit, or when the config is wrong
 */
export function traceSample(digit: number, config: Mnist1dOptions, rng: RandomState): Stage[] {
  return drawStages(template(digit), check(Mnist1dConfig, config, "MNIST-1D config"), rng);
}
