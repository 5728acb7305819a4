import { z } from "zod";
import type { RandomState } from "../dataset/index.js";
import { check } from "../support/validate.js";

/** @internal */
export const AugmentConfig = z.strictObject({
  /**
   * cyclic shift along the sequence by -roll to roll steps, each as likely; samples are rings, as the generator's
   * translation wraps
   */
  roll: z.number().int().min(0).optional(),
  /** factor of 1 - scale to 1 + scale, uniform */
  scale: z.number().min(0).lt(1).optional(),
  /** ramp from -s / 2 to s / 2 with s normal of this standard deviation, in the data's units */
  shear: z.number().min(0).optional(),
  /** normal noise of this standard deviation, drawn for every number, in the data's units */
  noise: z.number().min(0).optional(),
});

/**
 * Random changes of a training sample that leave its label as it is, drawn anew each time the sample is seen.
 * MNIST-1D's own generator translates, scales, shears and adds noise, so these make samples as it could have made them.
 * `AugmentConfig.parse(value)` checks one.
 */
export interface AugmentConfig extends z.infer<typeof AugmentConfig> {}

/**
 * Changes the samples of a batch, row after row, in place.
 *
 * @param values [rows, steps, features]
 * @param features numbers at each step; 1 if left out
 */
export type Augment = (values: Float32Array, rows: number, features?: number) => void;

/**
 * Random changes of training samples, as the config says.
 *
 * @param config what is changed
 * @param rng advanced by the draws of each sample, in the order in which they are seen
 * @returns changes a batch in place, row after row
 * @throws UserError when the config is wrong
 */
export function augmentation(config: AugmentConfig, rng: RandomState): Augment {
  const { roll = 0, scale = 0, shear = 0, noise = 0 } = check(AugmentConfig, config, "augmentation");
  return (values, rows, features = 1) => {
    const size = values.length / rows;
    const steps = size / features;
    for (let row = 0; row < rows; row++) {
      const sample = values.subarray(row * size, (row + 1) * size);
      if (roll > 0) rotate(sample, features * rng.randint(-roll, roll + 1));
      const factor = scale > 0 ? rng.uniform(1 - scale, 1 + scale) : 1;
      const slope = shear > 0 ? shear * rng.standardNormal() : 0;
      for (let i = 0; i < size; i++) {
        const ramp = steps > 1 ? slope * (Math.floor(i / features) / (steps - 1) - 0.5) : 0;
        const disturbance = noise > 0 ? noise * rng.standardNormal() : 0;
        sample[i] = sample[i]! * factor + ramp + disturbance;
      }
    }
  };
}

/** Cyclically by `places` to the right, in place. */
function rotate(sample: Float32Array, places: number): void {
  const size = sample.length;
  const before = sample.slice();
  for (let i = 0; i < size; i++) sample[(((i + places) % size) + size) % size] = before[i]!;
}
