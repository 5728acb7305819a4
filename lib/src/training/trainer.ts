import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { z } from "zod";
import type { CompileMode } from "../capture/engine.js";
import { checkModel } from "../models/check-model.js";
import { checkWhole, hasMethods, show, UserError } from "../support/user-error.js";
import { check, functionThat, objectWith } from "../support/validate.js";
import { CapturedTrainer } from "./captured-trainer.js";
import { type Loss, softmaxCrossEntropy } from "./loss.js";
import { adam, type Optimizer } from "./optimizer.js";

const TrainerKeys = z.strictObject({
  optimizer: objectWith(["init", "update"], "an optimizer, e.g. adam()").optional(),
  loss: functionThat("(targets, predictions) gives a scalar").optional(),
  batchSize: z.unknown().optional(),
  compile: z.enum(["auto", "graph", "xla"]).optional(),
  compilePredictions: z.enum(["graph", "xla"]).optional(),
});

/** What a training step consists of, and how it is compiled. */
export interface TrainerOptions {
  /** default Adam */
  optimizer?: Optimizer;
  /** default softmax cross-entropy of logits against int32 labels */
  loss?: Loss;
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
   * @param targets what the loss compares with, e.g. int32 labels [batch]
   * @returns the batch's mean loss, before the update
   */
  step(x: Tensor | Tensor[], targets: Tensor, learningRate: number): number;
  /**
   * Several training steps in one native call, which spares what a call costs (0.2 ms and more). Equal to as many calls of `step`.
   *
   * @param x [capacity, batch, ...]; a step's batch each. Compiled once for each capacity; may hold more batches than steps are asked for
   * @param targets [capacity, batch, ...]
   * @param learningRates one for each step to make, at most `capacity`
   * @returns each step's mean loss, before its update
   */
  steps(x: Tensor | Tensor[], targets: Tensor, learningRates: readonly number[]): number[];
  /** When the last call gave a loss that is NaN or infinite: the first tensor that was, and the value, e.g. "the weight logits/kernel, NaN". */
  readonly badTensor?: string | undefined;
  /** Says how many steps with batches of this many rows are to come: many are worth XLA's time to compile. */
  expect(rows: number, steps: number): void;
  /** Tells the model's annealed layers how much of the training is over, from 0 to 1; to them it is over if nobody says. */
  progress(fraction: number): void;
  /** The model's output for a batch, captured too; the caller disposes it. */
  predict(x: Tensor | Tensor[]): Tensor;
  /** Forgets what the optimizer has gathered. */
  reset(): void;
  /** Frees the compiled graphs and the optimizer's state; the model stays. */
  dispose(): void;
}

/** Checks that something is a trainer, and not the promise of one. @throws UserError */
export function checkTrainer(trainer: unknown): asserts trainer is Trainer {
  if (hasMethods(trainer, ["step", "steps", "predict"])) return;
  throw new UserError(`trainer is ${show(trainer)}, expected one: \`await captureTraining(model)\` makes it`);
}

/**
 * Captures the training step of a tf.LayersModel with one output. What its forward pass itself sets (the moving averages of batch
 * normalisation) is set at every step too. Weight regularisers are not part of the loss.
 *
 * @throws UserError when it isn't a model, or an option is wrong or unknown; CaptureError when the model or the loss can't be captured (dropout draws random numbers, for one)
 */
export async function captureTraining(model: LayersModel, options: TrainerOptions = {}): Promise<Trainer> {
  checkModel(model);
  check(TrainerKeys, options, "captureTraining options");
  if (options.batchSize !== undefined) checkWhole("batchSize", options.batchSize);
  const trainer = new CapturedTrainer(
    model,
    options.optimizer ?? adam(),
    options.loss ?? softmaxCrossEntropy,
    options.compile ?? "auto",
    options.compilePredictions ?? "graph",
  );
  if (options.batchSize !== undefined) trainer.prepare(options.batchSize);
  return trainer;
}
