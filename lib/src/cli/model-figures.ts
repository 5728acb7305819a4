import { ensureMnist1d, RandomState, stride } from "../dataset/index.js";
import { mixShares, traceTask } from "../display/index.js";
import { addressingWalkFigure, type Spec, shiftShares, taskTrace, type Walks, weightsComparison } from "../figures/index.js";
import { addressingWalk } from "../models/index.js";
import { experimentData } from "../studies/index.js";
import { keptFolders } from "../studies/kept.js";
import { loadTrained, type TrainedModel } from "../study/index.js";
import { project } from "../support/folders.js";
import { UserError } from "../support/user-error.js";
import { makeTask, type Task } from "../tasks/index.js";
import type { NamedFigure } from "../verdict/index.js";

/** The figures of models whose weights this machine or the repository keeps, as the notebooks draw and name them. */
export const modelFigures: readonly NamedFigure[] = [
  {
    name: "head_weights",
    draw: async () =>
      weightsComparison(await walks(["ntm", "dms", "ntm-learned", "dms-learned", "dms-periodic"], [0]), {
        title: "Flat as published, alive once the slots differ",
      }),
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
  const { model, task } = await keptTaskModel(name);
  return taskTrace(traceTask(model, task, length), { title });
}

async function mixtureGate(): Promise<Spec> {
  const { model, task } = await keptTaskModel("jump-recall-mixture");
  const sample = task.sample(RandomState.stream(0, `trace/${task.name}`), 8);
  const due = Array.from(sample.mask).flatMap((mask, step) => (mask === 1 ? [step] : []));
  return shiftShares(mixShares(model, sample.x), { title: "Jump recall: which shift a head uses", due });
}

async function keptModel(name: string): Promise<TrainedModel> {
  const { own, reference } = keptFolders(name);
  const found = (await loadTrained(own)) ?? (await loadTrained(reference));
  if (!found) throw new UserError(`no trained ${name} is kept: \`dms-ntm weights --models ${name}\` trains it`);
  return found;
}

async function keptTaskModel(name: string): Promise<{ model: TrainedModel["model"]; task: Task }> {
  const { model, recipe } = await keptModel(name);
  if (!("task" in recipe.config))
    throw new UserError(`${name} was trained on a data set, expected one that was trained on a task`);
  return { model, task: makeTask(recipe.config.task) };
}
