import { modelTitle } from "../figures/index.js";
import {
  loadTrained,
  Runner,
  type RunSpec,
  saveTrained,
  type TrainedModel,
  trainedFolders,
  trainedNames,
  trainedPlan,
} from "../study/index.js";
import { runShown } from "./run-shown.js";

/**
 * Trained memory models by name, with the recipe of each: the weights that this machine or the repository keeps, and where neither has
 * them, trained now with a progress display and kept. A model takes some 30 seconds; Jupyter's stop button stops it.
 *
 * @param names of the sound protocol's models, e.g. "dms-periodic"
 * @throws UserError for an unknown name, a damaged file; an AbortError when it was stopped
 */
export async function trainedModels(names: readonly string[] = trainedNames): Promise<Record<string, TrainedModel>> {
  const models: Record<string, TrainedModel> = {};
  for (const spec of trainedPlan(names)) {
    const { own, reference } = trainedFolders(spec.name);
    const { model } = spec.config;
    models[spec.name] = (await loadTrained(own, model)) ?? (await loadTrained(reference, model)) ?? (await made(spec, own));
  }
  return models;
}

async function made(spec: RunSpec, folder: string): Promise<TrainedModel> {
  await trainAndKeep(spec, folder);
  return (await loadTrained(folder))!;
}

/** Makes a run under a progress display and keeps the model that it ends with. @throws as `trainedModels` */
export async function trainAndKeep(spec: RunSpec, folder: string): Promise<void> {
  const runner = new Runner();
  try {
    const record = await runShown(`Training ${modelTitle(spec.name)}`, "epochs", (options) => runner.run(spec, options));
    await saveTrained(folder, runner.model(spec.config.model)!, record);
  } finally {
    runner.dispose();
  }
}
