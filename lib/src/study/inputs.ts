import type { Samples } from "../dataset/index.js";
import { ModelConfig } from "../models/index.js";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { type TrainingSet, trainingSet } from "../training/index.js";

/**
 * The samples in the model's input shape.
 *
 * @returns x [rows, features] for an MLP, [rows, steps, features] for the others; labels [rows]
 * @throws UserError when it isn't a model's config, or the samples don't have as many values as its inputs
 */
export function inputsOf(set: Samples, model: ModelConfig): TrainingSet {
  const { x, y, rows } = (set ?? {}) as Partial<Samples>;
  if (!x || !y || !rows)
    throw new UserError(`samples are ${show(set)}, expected rows of a data set, e.g. its \`train\``);
  if (typeof model !== "object" || model === null)
    throw new UserError(`model is ${show(model)}, expected its config, e.g. publishedModels.gru`);
  check(ModelConfig, model, "model config");
  if (model.kind === "mlp") return trainingSet(x, y, [model.features]);
  const steps = model.steps ?? x.length / rows / model.features;
  if (!Number.isInteger(steps))
    throw new UserError(
      `samples have ${x.length / rows} values each, expected whole steps of ${model.features} features`,
    );
  return trainingSet(x, y, [steps, model.features]);
}
