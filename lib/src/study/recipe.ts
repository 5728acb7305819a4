import { UserError } from "../support/user-error.js";
import {
  adam,
  clipByGlobalNorm,
  clipByRunningNorm,
  clipByValue,
  cosine,
  type Optimizer,
  rmsprop,
  type Schedule,
  sgd,
} from "../training/index.js";
import type { OptimizerName, TrainingConfig } from "./schema.js";

const OPTIMIZERS: Readonly<Record<OptimizerName, () => Optimizer>> = {
  adam,
  rmsprop,
  sgd: () => sgd({ momentum: 0.9 }),
};

/** The optimizer that a training config names. @throws UserError for options that don't go together */
export function optimizerOf(training: {
  optimizer: OptimizerName;
  clipNorm?: number | undefined;
  clipRunning?: number | undefined;
  clipValue?: number | undefined;
  weightDecay?: number | undefined;
}): Optimizer {
  const { optimizer, clipNorm, clipRunning, clipValue, weightDecay } = training;
  if (clipNorm !== undefined && clipValue !== undefined)
    throw new UserError("run config.training has clipNorm and clipValue: give one of them");
  if (weightDecay !== undefined && optimizer !== "adam")
    throw new UserError(`run config.training has weightDecay with the optimizer ${optimizer}: only adam has it`);
  const unclipped = weightDecay === undefined ? OPTIMIZERS[optimizer]() : adam({ weightDecay });
  const plain = clipRunning === undefined ? unclipped : clipByRunningNorm(unclipped, clipRunning);
  if (clipNorm !== undefined) return clipByGlobalNorm(plain, clipNorm);
  return clipValue === undefined ? plain : clipByValue(plain, clipValue);
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
