import type { RandomState } from "../support/random-state.js";
import { check } from "../support/validate.js";
import { Mnist1dConfig, type Mnist1dOptions } from "./config.js";
import { gaussianFilter } from "./filter.js";
import { resample } from "./resample.js";
import { TEMPLATE_LENGTH, template } from "./templates.js";
import { add, fillZeros, pad, raise, scale, shear, translate } from "./transform.js";

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

  const padded = pad(raise(clean, LIFT), low + Math.trunc(rng.random() * (high - low + 1)));
  const stretched = resample(padded, points);
  const scaled = scale(stretched, 1 + config.scale * (rng.random() - 0.5));
  const translated = translate(scaled, rng.choice(config.maxTranslation));
  const correlated = fillZeros(
    translated,
    gaussianFilter(whiteNoise(points, config.correlatedNoise, rng), NOISE_SIGMA),
  );
  const noisy = add(correlated, whiteNoise(points, config.iidNoise, rng));
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
