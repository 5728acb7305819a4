import type { LayersModel } from "@tensorflow/tfjs-node";
import { hasMethods, show, UserError } from "../support/user-error.js";
import type { Trainer } from "./trainer.js";

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
