import { adam, clipByGlobalNorm, cosine, type Optimizer, type Schedule } from "../training/index.js";
import type { TrainingConfig } from "./schema.js";

/** The optimizer that a training config names. */
export function optimizerOf({ clipNorm, weightDecay }: TrainingConfig): Optimizer {
  const optimizer = adam(weightDecay === undefined ? {} : { weightDecay });
  return clipNorm === undefined ? optimizer : clipByGlobalNorm(optimizer, clipNorm);
}

/** The learning rate of every step: the config's schedule with `learningRate` as its highest. */
export function rateOf(
  { epochs, schedule }: TrainingConfig,
  learningRate: number,
  stepsPerEpoch: number,
): number | Schedule {
  if (!schedule) return learningRate;
  const warmup = Math.round(schedule.warmupEpochs * stepsPerEpoch);
  return cosine({ peak: learningRate, steps: epochs * stepsPerEpoch, warmup });
}
