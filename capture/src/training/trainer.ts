import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { hasMethods, show, UserError } from "../support/user-error.js";

/** A layer that does something else early in training than late, such as a memory whose shift is annealed. */
export interface AnnealedLayer {
  /**
   * Called before the first step and between steps. What it sets has to be a variable's value, as of `addWeight`: a
   * number of JavaScript's would stay what it was at the first batch.
   *
   * @param fraction of the training that is over, from 0 to 1
   */
  trainingProgress(fraction: number): void;
}

/** A model's training and prediction, each compiled once for every batch size that occurs. */
export interface Trainer {
  readonly model: LayersModel;
  /**
   * One training step: forward, backward, optimizer update, in one native call. The model's variables are updated in
   * place.
   *
   * @param x batch of inputs, [batch, ...]; one for each input of the model
   * @param targets what the loss compares with, e.g. int32 labels [batch]; one for each output of the model
   * @param weights of the samples, [batch], for a loss that takes them; one for all outputs, or one for each; see
   *   `classWeights`
   * @returns the batch's mean loss, before the update; of several outputs their sum, regularizers included
   * @throws UserError when the batch isn't one for the model and its loss, or the model was disposed, or frozen
   *   otherwise, since
   */
  step(x: Tensor | Tensor[], targets: Tensor | Tensor[], learningRate: number, weights?: Tensor | Tensor[]): number;
  /**
   * Several training steps in one native call, which spares what a call costs (0.2 ms and more). Equal to as many calls
   * of `step`.
   *
   * @param x [capacity, batch, ...]; a step's batch each. Compiled once for each capacity; may hold more batches than
   *   steps are asked for
   * @param targets [capacity, batch, ...]
   * @param learningRates one for each step to make, at most `capacity`
   * @param weights of the samples, [capacity, batch]
   * @param sequenceSteps for each batch how many steps of its sequences matter, the rest is padding: loops whose layer
   *   asks for it (`sequenceSteps`) run no more than these, and what they give after that is 0. One compiled program
   *   serves all lengths.
   * @returns each step's mean loss, before its update
   * @throws UserError as `step`
   */
  steps(
    x: Tensor | Tensor[],
    targets: Tensor | Tensor[],
    learningRates: readonly number[],
    weights?: Tensor | Tensor[],
    sequenceSteps?: readonly number[],
  ): number[];
  /**
   * Seconds, roughly, for which `step` or `steps` will compile when it is called with such batches, and nothing else
   * runs meanwhile: no timer, no stop button. 0 when it has been compiled, here or in an earlier process that kept it.
   * Whoever trains can say so before.
   */
  secondsToCompile(
    call: "step" | "steps",
    x: Tensor | Tensor[],
    targets: Tensor | Tensor[],
    weights?: Tensor | Tensor[],
    sequenceSteps?: readonly number[],
  ): number;
  /**
   * When the last call gave a loss that is NaN or infinite: the first tensor that was, and the value, e.g. "the weight
   * logits/kernel, NaN".
   */
  readonly badTensor?: string | undefined;
  /**
   * Says how many steps with batches of this many rows are to come: many are worth XLA's time to compile.
   * @throws UserError when one isn't a whole number
   */
  expect(rows: number, steps: number): void;
  /**
   * Tells the model's annealed layers how much of the training is over, from 0 to 1; to them it is over if nobody says.
   * @throws UserError for another number
   */
  progress(fraction: number): void;
  /**
   * The model's output for a batch, captured too; the caller disposes it.
   * @throws UserError when it has several, or the batch isn't one for it
   */
  predict(x: Tensor | Tensor[]): Tensor;
  /**
   * All outputs of the model for a batch; the caller disposes them.
   * @throws UserError when the batch isn't one for the model
   */
  predictAll(x: Tensor | Tensor[]): Tensor[];
  /** Forgets what the optimizer has gathered; random layers start again from the seed. */
  reset(): void;
  /** Frees the compiled graphs and the optimizer's state; the model stays. */
  dispose(): void;
}

/** Checks that a model is one. @param remedy what to do otherwise @throws UserError */
export function checkModel(
  model: unknown,
  remedy = "tf.sequential or tf.model makes one",
): asserts model is LayersModel {
  const { inputs, outputs } = (model ?? {}) as Partial<LayersModel>;
  if (!Array.isArray(inputs) || !Array.isArray(outputs))
    throw new UserError(`model is ${show(model)}, expected a tf.LayersModel: ${remedy}`);
}

/** Checks that something is a trainer, and not the promise of one. @throws UserError */
export function checkTrainer(trainer: unknown): asserts trainer is Trainer {
  if (hasMethods(trainer, ["step", "steps", "predict"])) return;
  throw new UserError(`trainer is ${show(trainer)}, expected one: \`await captureTraining(model)\` makes it`);
}

/** What of tfjs's layers is looked at here; their types keep it private. */
interface LastLayer {
  getClassName(): string;
  /** of a wrapper such as `timeDistributed`: what it wraps */
  layer?: LastLayer;
  /** of a model within the model */
  outputs?: { sourceLayer: LastLayer }[];
  activation?: { getClassName?(): string };
}

function activationOf(layer: LastLayer | undefined): string | undefined {
  const inner = layer?.layer ?? layer?.outputs?.[0]?.sourceLayer;
  if (inner) return activationOf(inner);
  return layer?.getClassName() === "Softmax" ? "softmax" : layer?.activation?.getClassName?.();
}

/**
 * Checks that an output isn't made by a softmax or a sigmoid, as a layer or as a layer's activation.
 *
 * @param what wants logits, in the error
 * @throws UserError
 */
export function checkGivesLogits(what: string, model: LayersModel, output = 0): void {
  const activation = activationOf(model.outputs[output]?.sourceLayer as LastLayer | undefined);
  if (activation !== "softmax" && activation !== "sigmoid") return;
  const which = model.outputs.length > 1 ? `output ${output} of model` : "model";
  throw new UserError(`${what}: ${which} ${model.name} ends with a ${activation}, expected logits: leave it out`);
}
