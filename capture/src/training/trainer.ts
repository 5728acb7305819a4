import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import type { CompileMode } from "../engine.js";
import { ANYTHING, checkOptions, objectWith, oneOf, type Rule } from "../support/options.js";
import { checkWhole } from "../support/user-error.js";
import { CapturedTrainer } from "./captured-trainer.js";
import { checkModel } from "./check.js";
import { type Loss, softmaxCrossEntropy } from "./loss.js";
import { Objective } from "./objective.js";
import { adam, type Optimizer } from "./optimizer.js";

const OPTIONS = {
  optimizer: objectWith(["init", "update"], "an optimizer, e.g. adam()"),
  loss: {
    fits: (value) => [value].flat().every((loss) => typeof loss === "function"),
    expected: "a function that (targets, predictions) gives a scalar, or an array of them, one for each output",
  } satisfies Rule,
  lossWeights: {
    fits: (value) => Array.isArray(value) && value.every((weight) => Number.isFinite(weight)),
    expected: "an array of numbers, one for each output",
  } satisfies Rule,
  seed: ANYTHING,
  batchSize: ANYTHING,
  compile: oneOf("auto", "graph", "xla"),
  compilePredictions: oneOf("graph", "xla"),
};

/** What a training step consists of, and how it is compiled. */
export interface TrainerOptions {
  /** default Adam */
  optimizer?: Optimizer;
  /** default softmax cross-entropy of logits against int32 labels; of several outputs one for all, or one for each: their sum is the loss */
  loss?: Loss | readonly Loss[];
  /** factors of the outputs' losses, one for each; default 1 */
  lossWeights?: readonly number[];
  /** of what dropout and noise layers draw: fresh numbers at each step, the same again from the same seed; default 0 */
  seed?: number;
  /**
   * rows of a batch; given, the step is compiled before `captureTraining` returns, for int32 labels [batch] and in the given mode (with "auto"
   * as a graph); else at the first batch of a size
   */
  batchSize?: number;
  /** see `CaptureOptions`; "auto" (the default) takes XLA for batch sizes of which `expect` announced enough steps */
  compile?: CompileMode | "auto";
  /** how predictions are compiled: "graph" (the default), or "xla", which pays for memory models that predict large sets often */
  compilePredictions?: CompileMode;
}

/** A layer that does something else early in training than late, such as a memory whose shift is annealed. */
export interface AnnealedLayer {
  /**
   * Called before the first step and between steps.
   *
   * @param fraction of the training that is over, from 0 to 1
   */
  trainingProgress(fraction: number): void;
}

/** A model's training and prediction, each compiled once for every batch size that occurs. */
export interface Trainer {
  readonly model: LayersModel;
  /**
   * One training step: forward, backward, optimizer update, in one native call. The model's variables are updated in place.
   *
   * @param x batch of inputs, [batch, ...]; one for each input of the model
   * @param targets what the loss compares with, e.g. int32 labels [batch]; one for each output of the model
   * @param weights of the samples, [batch], for a loss that takes them; one for all outputs, or one for each; see `classWeights`
   * @returns the batch's mean loss, before the update; of several outputs their sum, regularizers included
   * @throws UserError when the batch isn't one for the model and its loss, or the model was disposed, or frozen otherwise, since
   */
  step(x: Tensor | Tensor[], targets: Tensor | Tensor[], learningRate: number, weights?: Tensor | Tensor[]): number;
  /**
   * Several training steps in one native call, which spares what a call costs (0.2 ms and more). Equal to as many calls of `step`.
   *
   * @param x [capacity, batch, ...]; a step's batch each. Compiled once for each capacity; may hold more batches than steps are asked for
   * @param targets [capacity, batch, ...]
   * @param learningRates one for each step to make, at most `capacity`
   * @param weights of the samples, [capacity, batch]
   * @returns each step's mean loss, before its update
   * @throws UserError as `step`
   */
  steps(
    x: Tensor | Tensor[],
    targets: Tensor | Tensor[],
    learningRates: readonly number[],
    weights?: Tensor | Tensor[],
  ): number[];
  /** When the last call gave a loss that is NaN or infinite: the first tensor that was, and the value, e.g. "the weight logits/kernel, NaN". */
  readonly badTensor?: string | undefined;
  /** Says how many steps with batches of this many rows are to come: many are worth XLA's time to compile. */
  expect(rows: number, steps: number): void;
  /** Tells the model's annealed layers how much of the training is over, from 0 to 1; to them it is over if nobody says. */
  progress(fraction: number): void;
  /** The model's output for a batch, captured too; the caller disposes it. @throws UserError when it has several, or the batch isn't one for it */
  predict(x: Tensor | Tensor[]): Tensor;
  /** All outputs of the model for a batch; the caller disposes them. @throws UserError when the batch isn't one for the model */
  predictAll(x: Tensor | Tensor[]): Tensor[];
  /** Forgets what the optimizer has gathered; random layers start again from the seed. */
  reset(): void;
  /** Frees the compiled graphs and the optimizer's state; the model stays. */
  dispose(): void;
}

/**
 * Captures the training step of a tf.LayersModel: it trains as tfjs's `fit` would. What its forward pass itself sets (the moving averages of
 * batch normalisation) is set at every step too; regularizers are part of the loss; frozen layers stay as they are; dropout and noise layers
 * draw anew at each step. Constraints do what they do in `fit`: nothing in training.
 *
 * @throws UserError when it isn't a model, or an option is wrong or unknown; CaptureError when the model or the loss can't be captured
 */
export async function captureTraining(model: LayersModel, options: TrainerOptions = {}): Promise<Trainer> {
  checkModel(model);
  checkOptions("captureTraining options", options, OPTIONS);
  if (options.batchSize !== undefined) checkWhole("batchSize", options.batchSize);
  const trainer = new CapturedTrainer(
    model,
    options.optimizer ?? adam(),
    new Objective(model, options.loss ?? softmaxCrossEntropy, options.lossWeights),
    checkWhole("seed", options.seed ?? 0, 0, 0x7fffffff),
    options.compile ?? "auto",
    options.compilePredictions ?? "graph",
  );
  if (options.batchSize !== undefined) trainer.prepare(options.batchSize);
  return trainer;
}
