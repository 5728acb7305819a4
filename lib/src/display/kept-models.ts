import { modelTitle } from "../figures/index.js";
import { keptFolders, keptSpec } from "../studies/kept.js";
import {
  type AnySpec,
  isOnTask,
  metricOf,
  Runner,
  type SetRecipe,
  type TaskRecipe,
  type TrainedModel,
} from "../study/index.js";
import { readTrained, saveTrained } from "../study/trained.js";
import { withDefaults } from "../support/options.js";
import { UserError } from "../support/user-error.js";
import { makeTask, type Task } from "../tasks/index.js";
import { runShown } from "./training-progress.js";

/** What to do where a model isn't kept. */
export interface KeptOptions {
  /** whether a model that isn't kept is trained now; default true */
  train?: boolean;
}

/**
 * A trained model with its recipe: the weights that this machine or the repository keeps, and where neither has them,
 * trained now with a progress display and kept. A model takes some 30 seconds; Jupyter's stop button stops it.
 *
 * @param name a kept model's, e.g. "copy-ntm-paper", or that of a model of the sound study, e.g. "dms-periodic"
 * @param options what to do where it isn't kept
 * @throws UserError for an unknown name, a damaged file, or a model that isn't kept and mustn't be trained; an
 *   AbortError when it was stopped
 */
export async function keptModel(name: string, options: KeptOptions = {}): Promise<TrainedModel> {
  const { train } = withDefaults("keptModel", options, { train: true });
  const spec = keptSpec(name);
  const { own, reference } = keptFolders(name);
  const kept = (await loadKept(spec, own)) ?? (await loadKept(spec, reference));
  if (kept) return kept;
  if (!train) throw new UserError(`no trained ${name} is kept: \`dms-ntm weights --models ${name}\` trains it`);
  await trainAndKeep(spec, own);
  return (await loadKept(spec, own))!;
}

/** Models that were trained over a data set, by name. @throws as `keptModel`, or when one was trained on a task */
export async function keptModels(
  names: readonly string[],
  options: KeptOptions = {},
): Promise<Record<string, TrainedModel<SetRecipe>>> {
  const models: Record<string, TrainedModel<SetRecipe>> = {};
  for (const name of names) {
    const { model, recipe } = await keptModel(name, options);
    if (isOnTask(recipe)) throw new UserError(`${name} was trained on a task: \`keptOnTask\` gives it, with the task`);
    models[name] = { model, recipe };
  }
  return models;
}

/** A model that was trained on a task, with the task. @throws as `keptModel`, or when it was trained over a data set */
export async function keptOnTask(
  name: string,
  options: KeptOptions = {},
): Promise<TrainedModel<TaskRecipe> & { task: Task }> {
  const { model, recipe } = await keptModel(name, options);
  if (!isOnTask(recipe)) throw new UserError(`${name} was trained over a data set: \`keptModels\` gives it`);
  return { model, recipe, task: makeTask(recipe.config.task) };
}

/** The model that a run ended with, undefined where it isn't kept. @throws as `keptModel` */
export function loadKept(spec: AnySpec, folder: string): Promise<TrainedModel | undefined> {
  return readTrained(folder, spec, "delete the folder, and the model is trained again");
}

/** Makes a run under a progress display and keeps the model that it ends with. @throws as `keptModel` */
export async function trainAndKeep(spec: AnySpec, folder: string): Promise<void> {
  const runner = new Runner();
  const on = isOnTask(spec) ? ` on ${spec.config.task.task}` : "";
  try {
    const record = await runShown(`Training ${modelTitle(spec.name)}${on}`, metricOf(spec).unit, (options) =>
      runner.run(spec, options),
    );
    await saveTrained(folder, runner.model(spec.config.model)!, record);
  } finally {
    runner.dispose();
  }
}
