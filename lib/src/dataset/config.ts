import { z } from "zod";

/** Rows that train; the rest tests. Truncated, as in the PyPI package. */
export function trainRows(config: { samples: number; trainFraction: number }): number {
  return Math.trunc(config.samples * config.trainFraction);
}

/** 4 GB of doubles; more would fail half-way with a message that tells nothing. */
const MAX_VALUES = 2 ** 29;

/** @internal */
export const Mnist1dConfig = z
  .strictObject({
    /** rows in all, the same number for each of the ten classes (the package drops what is over without a word) */
    samples: z.number().int().min(10).max(10_000_000).multipleOf(10).default(5000),
    trainFraction: z.number().gt(0).lt(1).default(0.8),
    /** zeros appended to the 12-point template: drawn from low to high */
    padding: z
      .tuple([z.number().int().min(0).max(10_000), z.number().int().min(0).max(10_000)])
      .refine(([low, high]) => low <= high, "expected [low, high] with low at most high")
      .default([36, 60]),
    scale: z.number().min(0).default(0.4),
    maxTranslation: z.number().int().min(1).max(0x7fffffff).default(48),
    correlatedNoise: z.number().min(0).default(0.25),
    iidNoise: z.number().min(0).default(0.02),
    shear: z.number().min(0).default(0.75),
    finalLength: z.number().int().min(2).max(10_000).default(40),
    seed: z.number().int().min(0).max(0xffffffff).default(42),
  })
  .refine((config) => trainRows(config) >= 1 && trainRows(config) < config.samples, {
    path: ["trainFraction"],
    message: "expected a fraction that leaves at least one training and one test sample",
  })
  .refine((config) => config.samples * config.finalLength <= MAX_VALUES, {
    path: ["samples"],
    message: `expected samples times finalLength to be at most ${MAX_VALUES}`,
  });

/**
 * Settings of the MNIST-1D generator (Greydanus 2020); the defaults are the canonical ones of the PyPI package
 * `mnist1d`.
 * `Mnist1dConfig.parse(value)` checks one.
 */
export interface Mnist1dConfig extends z.output<typeof Mnist1dConfig> {}

/** The same settings as a caller writes them: those left out take their canonical value. */
export type Mnist1dOptions = z.input<typeof Mnist1dConfig>;
