import { modelTitle } from "../figures/index.js";
import {
  loadTrainedTask,
  saveTrained,
  TaskRunner,
  type TaskRunSpec,
  type TrainedModel,
  type TrainedTaskRecipe,
  trainedFolders,
  trainedTaskSpec,
} from "../study/index.js";
import { makeTask, type Task } from "../tasks/index.js";
import { runShown } from "./run-shown.js";

/**
 * A model that was trained on a task, with the task and how it was trained: the weights that this machine or the repository keeps; where neither
 * has them, trained now with a progress display and kept. Jupyter's stop button stops it.
 *
 * @param name one of `trainedTaskNames`
 * @throws UserError for an unknown name, or a damaged file; an AbortError when it was stopped
 */
export async function trainedTask(name: string): Promise<TrainedModel<TrainedTaskRecipe> & { task: Task }> {
  const { own, reference } = trainedFolders(name);
  const kept = (await loadTrainedTask(own)) ?? (await loadTrainedTask(reference)) ?? (await made(name, own));
  return { ...kept, task: makeTask(kept.recipe.config.task) };
}

async function made(name: string, folder: string): Promise<TrainedModel<TrainedTaskRecipe>> {
  await trainTaskAndKeep(trainedTaskSpec(name), folder);
  return (await loadTrainedTask(folder))!;
}

/** Makes a run on a task under a progress display and keeps the model that it ends with. @throws as `trainedTask` */
export async function trainTaskAndKeep(spec: TaskRunSpec, folder: string): Promise<void> {
  const runner = new TaskRunner();
  const title = `Training ${modelTitle(spec.name)} on ${spec.config.task.task}`;
  try {
    const record = await runShown(title, "points", (options) => runner.run(spec, options));
    const { model } = await runner.trainer(spec.config, makeTask(spec.config.task));
    await saveTrained(folder, model, record);
  } finally {
    runner.dispose();
  }
}
