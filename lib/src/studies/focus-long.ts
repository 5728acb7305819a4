import { cost } from "../study/cost.js";
import { type Contender, partOf, type Study } from "../study/study.js";
import type { TaskRecord, TaskTrainingConfig } from "../study/task-schema.js";
import type { TaskModel } from "../training/index.js";
import { focusVariants } from "./focus.js";
import { long } from "./long.js";

const { attempts, models, ...same } = partOf(long, "long-jump-recall");

/** Starts as narrow and as wide as they go, and two ways to have jumps and local shifts, of the eighteen of `focus`. */
const names = ["default", "needle", "broad", "whole", "mixture", "read-jumps", "scales"];

/** The shift of a variant of `focus` in the memory of `long`. */
function variant(name: string): [string, Contender<TaskModel, TaskTrainingConfig>] {
  const { what, model } = focusVariants[name]!;
  const { shift } = model as Extract<TaskModel, { kind: "ntm" }>;
  return [name, { what, model: { ...models["dms-periodic"], shift } as TaskModel }];
}

/**
 * Starts of a focus, and jumps beside local shifts, where the default learns jump recall in every run: the recipe of
 * `long` at the learning rate that `rates` chose for the default. So it is the default that the rate suits. Where all
 * learn, costs say little: how soon they did is compared as well, in 07-focus, by rank sums of the sequences until then,
 * later than all where a run didn't, corrected for the same six. Planned before any of these runs was made. When two
 * seeds of most were there they were looked at; nothing was changed.
 */
export const focusLong: Study<TaskRecord> = {
  name: "focus-long",
  question: "Does it matter how a head's focus starts, or that local shifts stand beside jumps, where models learn?",
  parts: [
    {
      ...same,
      name: "focus-long-jump-recall",
      title: "jump recall, long budget",
      models: Object.fromEntries(names.map(variant)),
      learningRate: 3e-3,
      // none that other studies had
      firstSeed: 80,
      seeds: 10,
    },
  ],
  metric: cost,
  families: [
    {
      question: "what starts better, where models learn",
      asTrained: true,
      pairs: names.slice(1).map((name) => [name, "default"] as const),
    },
  ],
  // stopped half-way it has as many runs of each
  balanced: true,
};
