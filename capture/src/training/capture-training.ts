import type { LayersModel } from "@tensorflow/tfjs-node";
import type { CompileMode } from "../emit.js";
import { NESTED } from "../record.js";
import { activeRecorder } from "../recorder.js";
import { ANYTHING, checkOptions, oneOf, type Rule } from "../support/options.js";
import { checkWhole, hasMethods } from "../support/user-error.js";
import { CapturedTrainer } from "./captured-trainer.js";
import { type Loss, softmaxCrossEntropy } from "./loss.js";
import { Objective } from "./objective.js";
import { adam, type Optimizer } from "./optimizer.js";
import { checkModel, type Trainer } from "./trainer.js";

const OPTIONS: Record<string, Rule> = {
  optimizer: {
    fits: (value) => hasMethods(value, ["init", "update"]),
    expected: "a value such as adam(), sgd() or rmsprop(), not one of tf.train's",
  },
  loss: {
    fits: (value) => [value].flat().every((loss) => typeof loss === "function"),
    expected: "a function that (targets, predictions) gives a scalar, or an array of them, one for each output",
  },
  lossWeights: {
    fits: (value) => Array.isArray(value) && value.every((weight) => Number.isFinite(weight)),
    expected: "an array of numbers, one for each output",
  },
  seed: ANYTHING,
  compile: oneOf("auto", "graph", "xla"),
  compilePredictions: oneOf("graph", "xla"),
};

/** What a training step consists of, and how it is compiled. */
export interface TrainerOptions {
  /** default Adam */
  optimizer?: Optimizer;
  /**
   * default softmax cross-entropy of logits against int32 labels; of several outputs one for all, or one for each:
   * their sum is the loss
   */
  loss?: Loss | readonly Loss[];
  /** factors of the outputs' losses, one for each; default 1 */
  lossWeights?: readonly number[];
  /** of what dropout and noise layers draw: fresh numbers at each step, the same again from the same seed; default 0 */
  seed?: number;
  /** see `CaptureOptions`; "auto" (the default) takes XLA for batch sizes of which `expect` announced enough steps */
  compile?: CompileMode | "auto";
  /**
   * how predictions are compiled: "graph" (the default), or "xla", which pays for memory models that predict large sets
   * often
   */
  compilePredictions?: CompileMode;
}

/**
 * Captures the training step of a tf.LayersModel, at the first batch of each size: it trains as tfjs's `fit` would.
 * What its forward pass itself sets (the moving averages of batch normalisation) is set at every step too; regularizers
 * are part of the loss; frozen layers stay as they are; dropout and noise layers draw anew at each step. Constraints do
 * what they do in `fit`: nothing in training.
 *
 * @throws UserError when it isn't a model, or an option is wrong or unknown; the steps throw a CaptureError
 *   when the model or the loss can't be captured
 */
export async function captureTraining(model: LayersModel, options: TrainerOptions = {}): Promise<Trainer> {
  const around = activeRecorder();
  if (around) return around.refuseLater(NESTED);
  checkModel(model);
  checkOptions("captureTraining options", options, OPTIONS);
  return new CapturedTrainer(
    model,
    options.optimizer ?? adam(),
    new Objective(model, options.loss ?? softmaxCrossEntropy, options.lossWeights),
    checkWhole("seed", options.seed ?? 0, 0, 0x7fffffff),
    options.compile ?? "auto",
    options.compilePredictions ?? "graph",
  );
}
