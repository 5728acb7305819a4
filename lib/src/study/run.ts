import type { LayersModel } from "@tensorflow/tfjs-node";
import { check } from "../check.js";
import { type Mnist1d, makeMnist1d, RandomState, type Samples, stride } from "../dataset/index.js";
import { buildModel, type ModelConfig } from "../models/index.js";
import { tf } from "../tensorflow.js";
import {
  captureTraining,
  DivergedError,
  evaluate,
  firstRows,
  type Trainer,
  type TrainingSet,
  train,
  trainingSet,
} from "../training/index.js";
import { type EpochPoint, RunConfig, type RunRecord, type SearchConfig, Seed, type TrialPoint } from "./schema.js";
import { versions } from "./versions.js";

/** Which run: a name in a protocol, what it does, and its seed. */
export interface RunSpec {
  protocol: string;
  /** short name of the model, e.g. "dms" */
  name: string;
  seed: number;
  config: RunConfig;
}

/** Epochs of a run, search and training together. */
export interface RunProgress {
  done: number;
  total: number;
  /** "search" while learning rates are tried */
  phase: "search" | "training";
  trainLoss: number;
  /** of the phase's last epoch; during a search known only at the end of a trial */
  testAccuracy?: number;
}

export interface RunOptions {
  onProgress?: (progress: RunProgress) => void;
  /** called after each training epoch with the curve's new point */
  onEpoch?: (point: EpochPoint) => void;
  signal?: AbortSignal;
}

/** Epochs that a run takes, search included. */
export function epochsOf({ training }: RunConfig): number {
  const search = typeof training.learningRate === "number" ? 0 : training.learningRate.trials * training.learningRate.epochs;
  return search + training.epochs;
}

/**
 * Makes runs, one after the other; models are compiled, and data sets made, once for all runs that share them.
 * A run's record is a function of its spec alone, whatever ran before.
 */
export class Runner {
  private readonly trainers = new Map<string, Trainer>();
  private readonly sets = new Map<string, Mnist1d>();

  /**
   * @throws UserError when config or seed are wrong
   * @throws DivergedError when a loss becomes NaN or infinite
   * @throws the signal's reason when it aborts
   */
  async run(spec: RunSpec, options: RunOptions = {}): Promise<RunRecord> {
    const config = check(RunConfig, spec.config, "run config");
    const seed = check(Seed, spec.seed, "seed");
    const { model: modelConfig, training } = config;
    const data = this.data(config);
    const [trainSet, testSet] = [data.train, data.test].map((half) => inputsOf(half, modelConfig)) as [
      TrainingSet,
      TrainingSet,
    ];
    const trainer = await this.trainer(modelConfig);

    const total = epochsOf(config);
    let done = 0;
    const report = (phase: RunProgress["phase"], trainLoss: number, testAccuracy?: number) =>
      options.onProgress?.({ done: ++done, total, phase, trainLoss, ...(testAccuracy === undefined ? {} : { testAccuracy }) });
    const signal = options.signal ? { signal: options.signal } : {};

    const trials: TrialPoint[] = [];
    let learningRate = training.learningRate;
    if (typeof learningRate !== "number") {
      const search = learningRate;
      for (const [i, rate] of drawRates(search, seed).entries()) {
        restart(trainer, modelConfig, seed, `trial ${i}`);
        const trial = await trialOf(trainer, firstRows(trainSet, search.samples), testSet, {
          ...signal,
          epochs: search.epochs,
          batchSize: search.batchSize,
          learningRate: rate,
          order: RandomState.stream(seed, `trial ${i}/order`),
          onEpoch: (epoch) => report("search", epoch.trainLoss),
        });
        trials.push({ learningRate: rate, ...trial });
      }
      learningRate = trials.reduce((best, trial) => (trial.accuracy > best.accuracy ? trial : best)).learningRate;
    }

    restart(trainer, modelConfig, seed, "training");
    const curve: EpochPoint[] = [];
    let last = { correct: 0, of: testSet.labels.length, accuracy: 0 };
    await train(trainer, trainSet, {
      ...signal,
      epochs: training.epochs,
      batchSize: training.batchSize,
      learningRate,
      order: RandomState.stream(seed, "training/order"),
      onEpoch: ({ epoch, trainLoss }) => {
        const test = evaluate(trainer, testSet);
        last = test;
        const point = { epoch, trainLoss, testLoss: test.loss, testAccuracy: test.accuracy };
        curve.push(point);
        options.onEpoch?.(point);
        report("training", trainLoss, test.accuracy);
      },
    });
    return {
      format: 1,
      name: spec.name,
      protocol: spec.protocol,
      seed,
      config,
      versions: versions(),
      parameters: trainer.model.countParams(),
      learningRate,
      trials,
      curve,
      result: { testAccuracy: last.accuracy, correct: last.correct, of: last.of },
    };
  }

  /** The model as the last run of this config left it; it stays the runner's own. */
  model(config: ModelConfig): LayersModel | undefined {
    return this.trainers.get(JSON.stringify(config))?.model;
  }

  dispose(): void {
    for (const trainer of this.trainers.values()) {
      trainer.dispose();
      trainer.model.dispose();
    }
    this.trainers.clear();
  }

  private async trainer(config: ModelConfig): Promise<Trainer> {
    const key = JSON.stringify(config);
    let trainer = this.trainers.get(key);
    if (!trainer) {
      trainer = await captureTraining(buildModel(config, 0));
      this.trainers.set(key, trainer);
    }
    return trainer;
  }

  private data({ data, stride: every, model }: RunConfig): Mnist1d {
    const key = JSON.stringify(data);
    const whole = this.sets.get(key) ?? makeMnist1d(data);
    this.sets.set(key, whole);
    return model.kind === "mlp" ? whole : stride(whole, every);
  }
}

/** One trial of a search; one that diverges scores nothing. */
async function trialOf(trainer: Trainer, set: TrainingSet, testSet: TrainingSet, options: Parameters<typeof train>[2]) {
  try {
    const trainLoss = await train(trainer, set, options);
    return { trainLoss, accuracy: evaluate(trainer, testSet).accuracy };
  } catch (error) {
    if (error instanceof DivergedError) return { trainLoss: null, accuracy: 0 };
    throw error;
  }
}

/** The learning rates that a search tries, log-uniform in its range. */
export function drawRates({ trials, range: [low, high] }: SearchConfig, seed: number): number[] {
  const rng = RandomState.stream(seed, "search");
  return Array.from({ length: trials }, () => Math.exp(rng.uniform(Math.log(low), Math.log(high))));
}

/** Fresh weights of the named stream, and an optimizer that has seen nothing; the compiled graphs stay. */
function restart(trainer: Trainer, config: ModelConfig, seed: number, stream: string): void {
  const fresh = buildModel(config, RandomState.stream(seed, `${stream}/weights`).randint(0, 2 ** 32));
  tf.tidy(() => trainer.model.setWeights(fresh.getWeights()));
  fresh.dispose();
  trainer.reset();
}

/** The samples in the model's input shape. */
export function inputsOf(set: Samples, model: ModelConfig): TrainingSet {
  return trainingSet(set.x, set.y, model.kind === "mlp" ? [model.features] : [model.steps, model.features]);
}
