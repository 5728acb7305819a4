import { cost } from "../study/cost.js";
import { partOf, type Study } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import type { TaskModel } from "../training/index.js";
import { long, longAgain } from "./long.js";
import { bounded } from "./long-attempts.js";

const compared = ["ntm", "ntm-wide", "dms-periodic"];
const lieAccess = partOf(long, "long-jump-recall").models["lie-access"] as TaskModel;
const asInLong = partOf(long, "long-jump-recall").models as Record<"lstm" | "dnc" | "mixture" | "scales", TaskModel>;
const rivals = {
  lstm: asInLong.lstm,
  "lie-access": lieAccess,
  "lie-access-bounded": bounded(lieAccess),
  dnc: asInLong.dnc,
  mixture: asInLong.mixture,
  scales: asInLong.scales,
};

/** A task of `long` with a learning rate for each model: the recipe's, and above it. */
export const tuned = (
  study: string,
  task: string,
  own: { models: readonly string[]; others: Readonly<Record<string, TaskModel>>; firstSeed: number },
) =>
  longAgain(
    task,
    own.models,
    {
      name: `${study}-${task}`,
      title: `${task.replace("-", " ")}, tuned`,
      // a third of the recipe's was slower in the first design
      learningRate: { rates: [1e-3, 3e-3, 1e-2], seeds: [1000, 1001, 1002] },
      firstSeed: own.firstSeed,
      seeds: 10,
    },
    own.others,
  );

// seeds that neither `long`, `reach` nor the first design had
const part = (task: string) => tuned("rates", task, { models: compared, others: rivals, firstSeed: 40 });

/**
 * `long` and `reach` have one learning rate for all models, chosen by attempts on copy and associative recall. Here
 * each model has its own, chosen on the task by runs on seeds of their own; then the two comparisons that the answer
 * rests on are made again, on the tasks where heads have to jump. Written down before any of these runs was made;
 * strided reverse was added when the first tuning runs of jump recall were there, before any evaluation run.
 *
 * A first design was given up for this one after a look at eight of its 36 runs; a ninth was made meanwhile. It gave a
 * choice of rates to one side alone, and none to NTM. Its records are kept as `rates-first-design`, bits at the
 * training's length, seeds 30 to 32: DMS periodic at 0.001 15, 18 and 0.021; NTM wide at 0.0003 22, 20 and 3.2, and at
 * 0.003 0.013, 0.0057 and (the ninth) 1.4.
 *
 * Lie-access was added when the runs of the others were there: at the rate of `long` it learned jump recall in no run, and
 * its authors' own code, which bounds translations and begins with writes along a path, trains at 0.01. First on jump
 * recall, before any of its runs; on strided reverse when its tuning runs on jump recall were there, before any evaluation
 * run.
 *
 * The LSTM was added when all others' runs were there and before any of its own: in `long` it learned neither task at the
 * one rate of all, which was never chosen for it. The DNC and the mixture of a continuous and a local shift came last,
 * when the LSTM's runs on jump recall were there too and before any of their own, for the same reason. Several scales at
 * once were added when all of these were there but the DNC's on strided reverse, before any of their own: whether more
 * than one scale helps is the question of the paper's name, and had been asked at one rate for all alone.
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
    {
      question: "another way to jump, with its own learning rate",
      asTrained: true,
      pairs: [
        ["dms-periodic", "lie-access"],
        ["dms-periodic", "lie-access-bounded"],
        ["lie-access-bounded", "lie-access"],
      ],
    },
    {
      question: "a memory or none, with its own learning rate",
      asTrained: true,
      pairs: [
        ["dms-periodic", "lstm"],
        ["ntm-wide", "lstm"],
      ],
    },
    {
      question: "a DNC, with its own learning rate",
      asTrained: true,
      pairs: [["dms-periodic", "dnc"]],
    },
    {
      question: "jumps with local shifts beside them, with their own learning rate",
      asTrained: true,
      pairs: [
        ["mixture", "ntm"],
        ["mixture", "dms-periodic"],
      ],
    },
    {
      question: "several scales at once, with their own learning rate",
      asTrained: true,
      pairs: [
        ["scales", "dms-periodic"],
        ["scales", "ntm-wide"],
      ],
    },
  ],
  // stopped half-way it has as many runs of each
  balanced: true,
};
