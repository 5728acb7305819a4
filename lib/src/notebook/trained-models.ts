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
import { interruptible } from "./interrupt.js";
import { progress } from "./progress.js";

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
  const bar = progress(`Training ${modelTitle(spec.name)}`, { unit: "epochs" });
  try {
    const record = await interruptible((signal) =>
      runner.run(spec, {
        signal,
        onProgress: ({ done, total, trainLoss }) => bar.update({ done, total, metrics: { loss: trainLoss } }),
      }),
    );
    await saveTrained(folder, runner.model(spec.config.model)!, record);
    bar.finish();
  } catch (error) {
    bar.fail("stopped");
    throw error;
  } finally {
    runner.dispose();
  }
}
