import { z } from "zod";

/** Settings of the MNIST-1D generator (Greydanus 2020); the defaults are the canonical ones of the PyPI package `mnist1d`. */
export const Mnist1dConfig = z.strictObject({
  samples: z.number().int().min(10).max(10_000_000).default(5000),
  trainFraction: z.number().gt(0).lt(1).default(0.8),
  /** zeros appended to the 12-point template: drawn from low to high */
  padding: z.tuple([z.number().int().min(0), z.number().int().min(0)]).default([36, 60]),
  scale: z.number().min(0).default(0.4),
  maxTranslation: z.number().int().min(1).default(48),
  correlatedNoise: z.number().min(0).default(0.25),
  iidNoise: z.number().min(0).default(0.02),
  shear: z.number().min(0).default(0.75),
  finalLength: z.number().int().min(2).default(40),
  seed: z.number().int().min(0).max(0xffffffff).default(42),
});

export type Mnist1dConfig = z.infer<typeof Mnist1dConfig>;
