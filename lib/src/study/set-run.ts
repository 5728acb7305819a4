import type { LayersModel } from "@tensorflow/tfjs-node";
import { refusePromise } from "tfjs-capture/dist/src/support/promise.js";
import { cut, type Mnist1d, makeMnist1d, RandomState, type Samples, stride } from "../dataset/index.js";
import { buildModel, ModelConfig } from "../models/index.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import {
  augmentation,
  badTensor,
  captureTraining,
  DivergedError,
  type Evaluation,
  evaluate,
  firstRows,
  type Trainer,
  type TrainingSet,
  tensorboardLog,
  train,
} from "../training/index.js";
import { inputsOf } from "./inputs.js";
import { optimizerOf, rateOf } from "./recipe.js";
import type { RunSpec } from "./record.js";
import { recordHead, restart } from "./run-start.js";
import { type EpochPoint, RunConfig, type RunRecord, type SearchConfig, Seed, type TrialPoint } from "./schema.js";
import { bestValidation } from "./selection.js";
import { epochsOf } from "./speeds.js";

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

/** What is told while a run is made, and how it is stopped. */
export interface RunOptions {
  /** called after each epoch, of a search too */
  onProgress?: (progress: RunProgress) => void;
  /** called after each training epoch with the curve's new point */
  onEpoch?: (point: EpochPoint) => void;
  /**
   * folder for TensorBoard: after each epoch of the training (not of a search) "loss/..." and "accuracy/..." of the
   * sets, and "learning_rate"; see `tensorboardLog`
   */
  tensorboard?: string;
  signal?: AbortSignal;
}

/** The sets of a run, in the model's input shape. */
export interface RunSets {
  train: TrainingSet;
  /** held out of the training set for selection */
  validation?: TrainingSet;
  test: TrainingSet;
}

/**
 * Makes runs over data sets, one after the other; models are compiled, and data sets made, once for all runs that share
 * them. A run's record is a function of its spec alone, whatever ran before.
 */
export class SetRunner {
  private readonly trainers = new Map<string, Trainer>();
  private readonly models = new Map<string, LayersModel>();
  private readonly wholes = new Map<string, Mnist1d>();

  /**
   * @returns the record; of a run whose loss became NaN or infinite too
   * @throws UserError when config or seed are wrong, or the folder for TensorBoard can't be written
   * @throws the signal's reason when it aborts
   */
  async run(spec: RunSpec, options: RunOptions = {}): Promise<RunRecord> {
    const config = check(RunConfig, spec.config, "run config");
    const seed = check(Seed, spec.seed, "seed");
    const { model: modelConfig, training } = config;
    const sets = this.sets(config);
    checkBatches(config, sets.train);
    const { tensorboard } = options;
    // opened before hours of search, which it has no curves of
    const log = tensorboard === undefined ? undefined : tensorboardLog(tensorboard);
    const trainer = await this.trainer(config);

    const total = epochsOf(config);
    let done = 0;
    const report = (phase: RunProgress["phase"], trainLoss: number, testAccuracy?: number) => {
      const accuracy = testAccuracy === undefined ? {} : { testAccuracy };
      refusePromise(options.onProgress?.({ done: ++done, total, phase, trainLoss, ...accuracy }), "onProgress");
    };
    const signal = options.signal ? { signal: options.signal } : {};

    const trials: TrialPoint[] = [];
    let learningRate = training.learningRate;
    if (typeof learningRate !== "number") {
      const search = learningRate;
      for (const [i, rate] of drawRates(search, seed, config.model).entries()) {
        restart(trainer, modelConfig, seed, `trial ${i}`);
        const trial = await trialOf(trainer, firstRows(sets.train, search.samples), sets.test, {
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
    const stepsPerEpoch = Math.ceil(sets.train.labels.length / training.batchSize);
    let last: Evaluation | undefined;
    let diverged: DivergedError | undefined;
    try {
      await train(trainer, sets.train, {
        ...signal,
        ...(tensorboard === undefined ? {} : { tensorboard }),
        epochs: training.epochs,
        batchSize: training.batchSize,
        learningRate: rateOf(training, learningRate, stepsPerEpoch),
        // the same for every model of the same seed
        order: RandomState.stream(seed, "training/order"),
        ...(training.augment
          ? { augment: augmentation(training.augment, RandomState.stream(seed, "training/augment")) }
          : {}),
        onEpoch: ({ epoch, trainLoss }) => {
          last = evaluate(trainer, sets.test);
          const validation = sets.validation && evaluate(trainer, sets.validation);
          for (const [{ loss }, set] of [
            ...(validation ? [[validation, sets.validation!] as const] : []),
            [last, sets.test] as const,
          ])
            if (!Number.isFinite(loss)) {
              const step = epoch * stepsPerEpoch;
              const which = { seed, model: trainer.model, batch: training.batchSize };
              const broken = {
                loss,
                epoch,
                step,
                learningRate: Number(learningRate),
                tensor: badIn(trainer, set),
                ...which,
              };
              throw new DivergedError(broken, `in epoch ${epoch}, after ${step} steps`);
            }
          const held = validation && { validationLoss: validation.loss, validationAccuracy: validation.accuracy };
          const point = { epoch, trainLoss, ...held, testLoss: last.loss, testAccuracy: last.accuracy };
          curve.push(point);
          log?.write(epoch, {
            "loss/test": last.loss,
            "accuracy/test": last.accuracy,
            "loss/validation": validation?.loss,
            "accuracy/validation": validation?.accuracy,
          });
          refusePromise(options.onEpoch?.(point), "onEpoch");
          report("training", trainLoss, last.accuracy);
        },
      });
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error;
      diverged = error;
      last = undefined;
    }
    const { accuracy: testAccuracy, correct, of } = last ?? evaluate(trainer, sets.test);
    const best = bestValidation(curve);

    return {
      ...recordHead({ ...spec, seed, config }, trainer),
      learningRate,
      trials,
      curve,
      ...(diverged ? { diverged: divergence(diverged) } : {}),
      result: { testAccuracy, correct, of, ...(best ? { bestValidation: best } : {}) },
    };
  }

  /** The model as the last run of this config left it; it stays the runner's own. */
  model(config: ModelConfig): LayersModel | undefined {
    // as `run` checked it: the same keys in another order are the same config
    return this.models.get(JSON.stringify(check(ModelConfig, config, "model config")));
  }

  /**
   * The sets that a run of this config trains on, selects on and is tested on.
   * @throws UserError when nothing is left to train on
   */
  sets({ data, stride: every, validation = 0, model }: RunConfig): RunSets {
    const { train: all, test } = this.data({ data, stride: every, model });
    if (validation >= all.rows) {
      throw new UserError(
        `run config.validation is ${validation}, expected less than the ${all.rows} training samples`,
      );
    }
    const inputs = (samples: Samples) => inputsOf(samples, model);
    if (validation === 0) return { train: inputs(all), test: inputs(test) };
    const { train, test: held } = cut(all, all.rows - validation);
    return { train: inputs(train), validation: inputs(held), test: inputs(test) };
  }

  /** Frees all compiled graphs and models. */
  dispose(): void {
    for (const trainer of this.trainers.values()) {
      trainer.dispose();
      trainer.model.dispose();
    }
    this.trainers.clear();
    this.models.clear();
  }

  private async trainer({ model, training, validation }: RunConfig): Promise<Trainer> {
    // two sets an epoch are evaluated then: for memory models a fifth of the time, half of which XLA saves
    const compilePredictions = validation !== undefined && model.kind === "ntm" ? "xla" : "graph";
    const key = JSON.stringify([
      model,
      training.optimizer,
      training.clipNorm,
      training.weightDecay,
      compilePredictions,
    ]);
    let trainer = this.trainers.get(key);
    if (!trainer) {
      trainer = await captureTraining(buildModel(model, 0), { optimizer: optimizerOf(training), compilePredictions });
      this.trainers.set(key, trainer);
    }
    this.models.set(JSON.stringify(model), trainer.model);
    return trainer;
  }

  private data({ data, stride: every, model }: Pick<RunConfig, "data" | "stride" | "model">): Mnist1d {
    const key = JSON.stringify(data);
    const whole = this.wholes.get(key) ?? makeMnist1d(data);
    this.wholes.set(key, whole);
    return model.kind === "mlp" ? whole : stride(whole, every);
  }
}

/** @throws UserError when batches, or a search, want more samples than there are */
function checkBatches({ training: { batchSize, learningRate: search } }: RunConfig, { labels }: TrainingSet): void {
  const all = `the ${labels.length} training samples`;
  const wants: [key: string, value: number, most: number, of: string][] = [
    ["batchSize", batchSize, labels.length, all],
  ];
  if (typeof search !== "number") {
    const { samples } = search;
    wants.push(["learningRate.samples", samples, labels.length, all]);
    wants.push(["learningRate.batchSize", search.batchSize, samples, `the ${samples} samples of the search`]);
  }
  for (const [key, value, most, of] of wants) {
    if (value > most) throw new UserError(`run config.training.${key} is ${value}, expected at most ${of}`);
  }
}

/** One trial of a search; one that diverges scores nothing, and its null for a loss says so. */
async function trialOf(trainer: Trainer, set: TrainingSet, testSet: TrainingSet, options: Parameters<typeof train>[2]) {
  try {
    const trainLoss = await train(trainer, set, options);
    return { trainLoss, accuracy: evaluate(trainer, testSet).accuracy };
  } catch (error) {
    if (error instanceof DivergedError) return { trainLoss: null, accuracy: 0 };
    throw error;
  }
}

function divergence({ epoch, step, loss, tensor }: DivergedError): RunRecord["diverged"] {
  return { epoch, step, loss: String(loss), ...(tensor === undefined ? {} : { tensor }) };
}

/** The first tensor that isn't finite when a model looks at a set. */
function badIn({ model }: Trainer, { x, labels, shape }: TrainingSet): string | undefined {
  return tf.tidy(() => badTensor(model, [tf.tensor(x, [labels.length, ...shape])]));
}

/** The learning rates that a search of a model tries, log-uniform in its range. */
export function drawRates(
  { trials, range: [low, high], draws }: SearchConfig,
  seed: number,
  model: ModelConfig,
): number[] {
  const rng = RandomState.stream(seed, draws === "own" ? `search/${JSON.stringify(model)}` : "search");
  return Array.from({ length: trials }, () => Math.exp(rng.uniform(Math.log(low), Math.log(high))));
}
