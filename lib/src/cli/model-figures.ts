import { ensureMnist1d, RandomState, stride } from "../dataset/index.js";
import { mixShares, traceTask } from "../display/index.js";
import { addressingWalkFigure, type Spec, shiftShares, taskTrace, type Walks, weightsComparison } from "../figures/index.js";
import { addressingWalk } from "../models/index.js";
import {
  experimentData,
  loadTrained,
  loadTrainedTask,
  type TrainedModel,
  type TrainedTaskRecipe,
  trainedFolders,
  trainedNames,
} from "../study/index.js";
import { project } from "../support/folders.js";
import { UserError } from "../support/user-error.js";
import { makeTask } from "../tasks/index.js";
import type { NamedFigure } from "../verdict/index.js";

/** The figures of models whose weights this machine or the repository keeps, as the notebooks draw and name them. */
export const modelFigures: readonly NamedFigure[] = [
  {
    name: "head_weights",
    draw: async () =>
      weightsComparison(await walks(trainedNames, [0]), { title: "Flat as published, alive once the slots differ" }),
  },
  {
    name: "addressing_walk",
    draw: async () =>
      addressingWalkFigure(await walks(["ntm", "dms", "ntm-learned", "dms-periodic"], [0, 1, 2]), {
        left: "ntm-learned",
        right: "dms-periodic",
      }),
  },
  { name: "copy_ntm_trace", draw: () => trace("copy-ntm-paper", 30, "Copy of 30 vectors by a discrete NTM") },
  { name: "jump_recall_trace", draw: () => trace("jump-recall-dms-periodic", 8, "Jump recall by DMS-NTM periodic") },
  { name: "mixture_gate", draw: mixtureGate },
  {
    name: "mixture_trace",
    draw: () => trace("jump-recall-mixture", 8, "Jump recall by a mixture"),
  },
];

async function walks(names: readonly string[], rows: readonly number[]): Promise<Walks> {
  const { test } = stride(ensureMnist1d(project().data, experimentData), 2);
  const models = await Promise.all(names.map(keptModel));
  return Object.fromEntries(models.map(({ model }, i) => [names[i]!, addressingWalk(model, test, rows)]));
}

async function trace(name: string, length: number, title: string): Promise<Spec> {
  const { model, recipe } = await keptTaskModel(name);
  return taskTrace(traceTask(model, makeTask(recipe.config.task), length), { title });
}

async function mixtureGate(): Promise<Spec> {
  const { model, recipe } = await keptTaskModel("jump-recall-mixture");
  const task = makeTask(recipe.config.task);
  const sample = task.sample(RandomState.stream(0, `trace/${task.name}`), 8);
  const due = Array.from(sample.mask).flatMap((mask, step) => (mask === 1 ? [step] : []));
  return shiftShares(mixShares(model, sample.x), { title: "Jump recall: which shift a head uses", due });
}

const keptModel = (name: string): Promise<TrainedModel> => kept(name, loadTrained, "notebook 05-addressing");

const keptTaskModel = (name: string): Promise<TrainedModel<TrainedTaskRecipe>> =>
  kept(name, loadTrainedTask, "notebook 07-focus or 08-long-range");

async function kept<T>(name: string, load: (folder: string) => Promise<T | undefined>, maker: string): Promise<T> {
  const { own, reference } = trainedFolders(name);
  const found = (await load(own)) ?? (await load(reference));
  if (!found) throw new UserError(`no trained ${name} is kept: ${maker} trains it`);
  return found;
}
