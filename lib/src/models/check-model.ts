import type { LayersModel } from "@tensorflow/tfjs-node";
import { show, UserError } from "../support/user-error.js";

/** Checks that a model is one, and not its config. @throws UserError */
export function checkModel(model: unknown): asserts model is LayersModel {
  const { inputs, outputs } = (model ?? {}) as Partial<LayersModel>;
  if (!Array.isArray(inputs) || !Array.isArray(outputs)) {
    throw new UserError(`model is ${show(model)}, expected a tf.LayersModel: buildModel(config, seed) makes one of a config`);
  }
}
