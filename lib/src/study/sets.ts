import { cut, type Mnist1d, makeMnist1d, type Samples, stride } from "../dataset/index.js";
import { ModelConfig } from "../models/index.js";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { type TrainingSet, trainingSet } from "../training/index.js";
import type { RunConfig } from "./schema.js";

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

/** The sets of a run, in the model's input shape. */
export interface RunSets {
  train: TrainingSet;
  /** held out of the training set for selection */
  validation?: TrainingSet;
  test: TrainingSet;
}

/** Makes the sets of runs; a data set is made once for all runs that share it. */
export class DataSets {
  private readonly wholes = new Map<string, Mnist1d>();

  /**
   * The sets that a run of this config trains on, selects on and is tested on.
   * @throws UserError when nothing is left to train on
   */
  of({ data, stride: every, validation = 0, model }: RunConfig): RunSets {
    const key = JSON.stringify(data);
    const whole = this.wholes.get(key) ?? makeMnist1d(data);
    this.wholes.set(key, whole);
    const { train: all, test } = model.kind === "mlp" ? whole : stride(whole, every);
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
}
