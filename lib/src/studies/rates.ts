import { cost } from "../study/cost.js";
import type { Study, TaskPart } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import { long } from "./long.js";

const compared = ["ntm", "ntm-wide", "dms-periodic"];

/** A task of `long` with a learning rate for each model: the recipe's, and above it. */
function part(task: string): TaskPart {
  const one = long.parts.find(({ name }) => name === `long-${task}`)!;
  const { attempts, ...same } = one;
  return {
    ...same,
    name: `rates-${task}`,
    models: Object.fromEntries(compared.map((name) => [name, one.models[name]!])),
    // a third of the recipe's was slower in the first design
    learningRate: { rates: [1e-3, 3e-3, 1e-2], seeds: [1000, 1001, 1002] },
    // none that `long`, `reach` or the first design had
    firstSeed: 40,
    seeds: 10,
  };
}

/**
 * `long` and `reach` have one learning rate for all models, chosen by attempts on copy and associative recall. Here
 * each model has its own, chosen on the task by runs on seeds of their own; then the two comparisons that the answer
 * rests on are made again, on the tasks where heads have to jump. Written down before any of these runs was made;
 * strided reverse was added when the first tuning runs of jump recall were there, before any evaluation run.
 *
 * A first design was given up for this one after eight of its 36 runs: DMS periodic at 0.001 (seeds 30 to 32: 15, 18
 * and 0.02 bits) against NTM wide at 0.0003 (22, 20 and 3.2 bits) and 0.003 (seeds 30 and 31: 0.01 and 0.006 bits). It
 * gave a choice of rates to one side alone, and none to NTM.
 */
export const rates: Study<TaskRecord> = {
  name: "rates",
  question: "What is left where heads have to jump when each model has a learning rate of its own?",
  parts: [part("jump-recall"), part("strided-reverse")],
  metric: cost,
  families: [
    {
      question: "each with its own learning rate",
      asTrained: true,
      pairs: [
        ["dms-periodic", "ntm"],
        ["dms-periodic", "ntm-wide"],
      ],
    },
  ],
  // stopped half-way it has as many runs of each
  balanced: true,
};
