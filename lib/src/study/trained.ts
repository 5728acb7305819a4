import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { LayersModel } from "@tensorflow/tfjs-node";
import { z } from "zod";
import type { ModelConfig } from "../models/index.js";
import { writeFolder } from "../support/files.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import { type AnyRecord, isOnTask } from "./record.js";
import { RunConfig, RunRecord, recordHeadOf } from "./schema.js";
import { TaskRecord, TaskRunConfig } from "./task-schema.js";

/** What is kept of a record's head: a trained model stands for its run, not for a variant of it. */
function recipeHeadOf<C extends z.ZodType>(config: C) {
  const { variant, ...kept } = recordHeadOf(config);
  return kept;
}

/** of the weights' bytes, one weight after the other */
const sha256 = z.string();

/** How kept weights were made: the run over a data set that ended with them, without its curve. */
const SetRecipe = z.strictObject({ ...recipeHeadOf(RunConfig), result: RunRecord.shape.result, sha256 });

/** The same of a run on a task. */
const TaskRecipe = z.strictObject({ ...recipeHeadOf(TaskRunConfig), tests: TaskRecord.shape.tests, sha256 });

/** The run over a data set that a trained model comes from. */
export interface SetRecipe extends z.infer<typeof SetRecipe> {}
/** The run on a task that a trained model comes from. */
export interface TaskRecipe extends z.infer<typeof TaskRecipe> {}
/** Which run a trained model comes from, and what it ended with: `result` over a data set, `tests` on a task. */
export type TrainedRecipe = SetRecipe | TaskRecipe;

/** A model with the weights that a run ended with. */
export interface TrainedModel<R extends TrainedRecipe = TrainedRecipe> {
  model: LayersModel;
  recipe: R;
}

function checkRecipe(value: unknown): TrainedRecipe {
  return isOnTask(value) ? check(TaskRecipe, value, "recipe") : check(SetRecipe, value, "recipe");
}

/**
 * Keeps a trained model in TensorFlow.js's own format: `model.json`, with the recipe as its `userDefinedMetadata`, and
 * `weights.bin`, float32. `tf.loadLayersModel("file://...")` reads it too. The folder appears whole or not at all.
 *
 * @param record of the run that ended with these weights
 * @throws UserError when the folder can't be written
 */
export async function saveTrained(folder: string, model: LayersModel, record: AnyRecord): Promise<void> {
  const said = { ...record, sha256: digestOf(model) };
  const recipe = isOnTask(record)
    ? check(TaskRecipe.strip(), said, "recipe")
    : check(SetRecipe.strip(), said, "recipe");
  model.setUserDefinedMetadata(recipe);
  await writeFolder(folder, async (draft) => {
    await model.save(`file://${draft}`);
  });
}

/**
 * A model as `saveTrained` kept it, or undefined when there is none.
 *
 * @param expected config that the model must have, if given
 * @throws UserError when a file is damaged, or the model has another config
 */
export function loadTrained(folder: string, expected?: ModelConfig): Promise<TrainedModel | undefined> {
  return readTrained(folder, expected && { config: { model: expected } }, "keep the model there anew, by saveTrained");
}

/**
 * The same of a run: with its whole config and its seed.
 *
 * @param again what to do about it where it is damaged or of another run
 */
export async function readTrained(
  folder: string,
  expected: { config: { model: ModelConfig }; seed?: number } | undefined,
  again: string,
): Promise<TrainedModel | undefined> {
  if (!existsSync(folder)) return undefined;
  let model: LayersModel | undefined;
  let recipe: TrainedRecipe;
  try {
    model = await tf.loadLayersModel(`file://${join(folder, "model.json")}`);
    recipe = checkRecipe(model.getUserDefinedMetadata());
  } catch (error) {
    model?.dispose();
    throw new UserError(`${folder} can't be read (${(error as Error).message.split("\n")[0]}): ${again}`);
  }
  const other = otherThan(recipe, model, expected);
  if (!other) return { model, recipe };
  model.dispose();
  throw new UserError(`${folder} ${other}: ${again}`);
}

/** How a model isn't what its recipe says, or what is expected. */
function otherThan(
  { sha256, config, seed }: TrainedRecipe,
  model: LayersModel,
  expected?: Parameters<typeof readTrained>[1],
): string | undefined {
  if (digestOf(model) !== sha256) return "has other weights than its recipe says";
  if (!expected) return undefined;
  if (!isDeepStrictEqual(config.model, expected.config.model))
    return "was made with another model config than is asked for";
  if (expected.seed === undefined) return undefined;
  return isDeepStrictEqual(config, expected.config) && seed === expected.seed
    ? undefined
    : "is of another run than is asked for";
}

function digestOf(model: LayersModel): string {
  const digest = createHash("sha256");
  for (const weight of model.getWeights()) digest.update(new Uint8Array(weight.dataSync<"float32">().slice().buffer));
  return digest.digest("hex");
}
