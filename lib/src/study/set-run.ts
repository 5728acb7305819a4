import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { RandomState } from "../dataset/index.js";
import { hasMemory } from "../models/index.js";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import {
  augmentation,
  badTensor,
  captureTraining,
  DivergedError,
  type Evaluation,
  evaluate,
  type Trainer,
  type TrainingSet,
  tensorboardLog,
  train,
} from "../training/index.js";
import { optimizerOf, rateOf } from "./recipe.js";
import type { RunSpec } from "./record.js";
import {
  checkedSpec,
  divergence,
  type RunOptions,
  type RunProgress,
  recordHead,
  restart,
  type Trainers,
  untilDiverged,
} from "./run-start.js";
import { bestValidation, type EpochPoint, RunConfig, type RunRecord } from "./schema.js";
import { searchRate } from "./search.js";
import type { DataSets, RunSets } from "./sets.js";
import { workOf } from "./speeds.js";

/** A run over a data set; see `Runner.run`. */
export async function runOnSet(
  spec: RunSpec,
  options: RunOptions,
  trainers: Trainers,
  dataSets: DataSets,
): Promise<RunRecord> {
  const { config, seed } = checkedSpec(RunConfig, spec);
  const { model, training, validation } = config;
  const sets = dataSets.of(config);
  checkBatches(config, sets.train);
  const { tensorboard, signal } = options;
  // opened before hours of search, which it has no curves of
  const log = tensorboard === undefined ? undefined : tensorboardLog(tensorboard);
  // two sets an epoch are evaluated then: for memory models a fifth of the time, half of which XLA saves
  const compilePredictions = validation !== undefined && hasMemory(model) ? "xla" : "graph";
  const { optimizer, clipNorm, weightDecay } = training;
  const trainer = await trainers.of(model, { optimizer, clipNorm, weightDecay, compilePredictions }, (built) =>
    captureTraining(built, { optimizer: optimizerOf(training), compilePredictions }),
  );

  const total = workOf(config).epochs;
  let done = 0;
  const report = (phase: RunProgress["phase"], trainLoss: number, testAccuracy?: number) => {
    const accuracy = testAccuracy === undefined ? {} : { testAccuracy };
    refusePromise(options.onProgress?.({ done: ++done, total, phase, trainLoss, ...accuracy }), "onProgress");
  };
  const { trials, learningRate } =
    typeof training.learningRate === "number"
      ? { trials: [], learningRate: training.learningRate }
      : await searchRate(trainer, training.learningRate, sets, {
          model,
          seed,
          onEpoch: ({ trainLoss }) => report("search", trainLoss),
          signal,
        });

  restart(trainer, model, seed, "training");
  const { curve, last, diverged } = await trained(trainer, config, sets, {
    seed,
    learningRate,
    tensorboard,
    signal,
    onPoint(point) {
      log?.write(point.epoch, {
        "loss/test": point.testLoss,
        "accuracy/test": point.testAccuracy,
        "loss/validation": point.validationLoss,
        "accuracy/validation": point.validationAccuracy,
      });
      report("training", point.trainLoss, point.testAccuracy);
    },
  });
  const { accuracy: testAccuracy, correct, of } = last ?? evaluate(trainer, sets.test);
  const best = bestValidation(curve);

  return {
    ...recordHead({ ...spec, seed, config }, trainer),
    learningRate,
    trials,
    curve,
    ...divergence(diverged, ({ epoch, step, loss }) => ({ epoch, step, loss: String(loss) })),
    result: { testAccuracy, correct, of, ...(best ? { bestValidation: best } : {}) },
  };
}

interface Training {
  seed: number;
  learningRate: number;
  tensorboard?: string | undefined;
  signal?: AbortSignal | undefined;
  /** called after each epoch */
  onPoint(point: EpochPoint): void;
}

/** Trains, and looks at validation and test set after each epoch; to the end, or until a loss isn't finite. */
async function trained(
  trainer: Trainer,
  { training }: RunConfig,
  sets: RunSets,
  { seed, learningRate, tensorboard, signal, onPoint }: Training,
): Promise<{ curve: EpochPoint[]; last?: Evaluation | undefined; diverged?: DivergedError }> {
  const curve: EpochPoint[] = [];
  let last: Evaluation | undefined;
  const { epochs, batchSize, augment } = training;
  const stepsPerEpoch = Math.ceil(sets.train.labels.length / batchSize);
  const evaluated = (set: TrainingSet, epoch: number): Evaluation => {
    const evaluation = evaluate(trainer, set);
    if (Number.isFinite(evaluation.loss)) return evaluation;
    const step = epoch * stepsPerEpoch;
    const which = { seed, learningRate, model: trainer.model, batch: batchSize, tensor: badIn(trainer, set) };
    throw new DivergedError({ ...which, loss: evaluation.loss, epoch, step }, `in epoch ${epoch}, after ${step} steps`);
  };
  const diverged = await untilDiverged(() =>
    train(trainer, sets.train, {
      ...(signal ? { signal } : {}),
      ...(tensorboard === undefined ? {} : { tensorboard }),
      epochs,
      batchSize,
      learningRate: rateOf(training, learningRate, stepsPerEpoch),
      // the same for every model of the same seed
      order: RandomState.stream(seed, "training/order"),
      ...(augment ? { augment: augmentation(augment, RandomState.stream(seed, "training/augment")) } : {}),
      onEpoch: ({ epoch, trainLoss }) => {
        const validation = sets.validation && evaluated(sets.validation, epoch);
        const held = validation && { validationLoss: validation.loss, validationAccuracy: validation.accuracy };
        const test = evaluated(sets.test, epoch);
        last = test;
        const point = { epoch, trainLoss, ...held, testLoss: test.loss, testAccuracy: test.accuracy };
        curve.push(point);
        onPoint(point);
      },
    }),
  );
  return diverged ? { curve, diverged } : { curve, last };
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

/** The first tensor that isn't finite when a model looks at a set. */
function badIn({ model }: Trainer, { x, labels, shape }: TrainingSet): string | undefined {
  return tf.tidy(() => badTensor(model, [tf.tensor(x, [labels.length, ...shape])]));
}
