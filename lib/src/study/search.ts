import { RandomState } from "../dataset/index.js";
import type { ModelConfig } from "../models/index.js";
import { DivergedError, evaluate, firstRows, type Trainer, train } from "../training/index.js";
import { restart } from "./run-start.js";
import type { SearchConfig, TrialPoint } from "./schema.js";
import type { RunSets } from "./sets.js";

/** What a search is of, and what is told of it. */
export interface SearchOptions {
  model: ModelConfig;
  seed: number;
  /** called after each epoch */
  onEpoch: (epoch: { trainLoss: number }) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Tries learning rates as the published experiment does: short trainings on the first samples of the training set,
 * judged on the test set.
 *
 * @returns the trials, and the rate of the first with the highest accuracy
 * @throws the signal's reason when it aborts
 */
export async function searchRate(
  trainer: Trainer,
  search: SearchConfig,
  sets: RunSets,
  { model, seed, onEpoch, signal }: SearchOptions,
): Promise<{ trials: TrialPoint[]; learningRate: number }> {
  const { epochs, batchSize } = search;
  const trials: TrialPoint[] = [];
  for (const [i, learningRate] of drawRates(search, seed, model).entries()) {
    restart(trainer, model, seed, `trial ${i}`);
    const order = RandomState.stream(seed, `trial ${i}/order`);
    const options = { epochs, batchSize, learningRate, order, onEpoch, ...(signal ? { signal } : {}) };
    const trial = await trialOf(trainer, sets, search.samples, options);
    trials.push({ learningRate, ...trial });
  }
  const { learningRate } = trials.reduce((best, trial) => (trial.accuracy > best.accuracy ? trial : best));
  return { trials, learningRate };
}

/** One trial; one that diverges scores nothing, and its null for a loss says so. */
async function trialOf(trainer: Trainer, sets: RunSets, samples: number, options: Parameters<typeof train>[2]) {
  try {
    const trainLoss = await train(trainer, firstRows(sets.train, samples), options);
    return { trainLoss, accuracy: evaluate(trainer, sets.test).accuracy };
  } catch (error) {
    if (error instanceof DivergedError) return { trainLoss: null, accuracy: 0 };
    throw error;
  }
}

/** The learning rates that are tried, log-uniform in the range. */
function drawRates({ trials, range: [low, high], draws }: SearchConfig, seed: number, model: ModelConfig): number[] {
  const rng = RandomState.stream(seed, draws === "own" ? `search/${JSON.stringify(model)}` : "search");
  return Array.from({ length: trials }, () => Math.exp(rng.uniform(Math.log(low), Math.log(high))));
}
