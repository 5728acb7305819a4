import { cost } from "../study/cost.js";
import { partOf, type Study } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import { long, paperSizeRepeatCopy } from "./long.js";

const { attempts, models, ...same } = partOf(long, "long-repeat-copy");

/**
 * Repeat copy at the NTM paper's own size, 1 to 10 vectors 1 to 10 times. NTM didn't learn it at the recipe's learning
 * rate of 0.001 in 600,000 sequences, nor NTM wide at 0.003 in 200,000; an attempt of NTM wide at 0.01 (of `long`, seed
 * 1000) learned it in 82,000. Planned after these attempts and before any of these runs was made; one learning rate for
 * all three, so that it can't say which is better when each is tuned.
 */
export const paperSize: Study<TaskRecord> = {
  name: "paper-size",
  question: "Is repeat copy learned at the NTM paper's size, and does the shift matter?",
  parts: [
    {
      ...same,
      name: "paper-size-repeat-copy",
      title: "repeat copy, the paper's size",
      ...paperSizeRepeatCopy,
      models: Object.fromEntries(["ntm-wide", "ntm", "dms-periodic"].map((name) => [name, models[name]!])),
      training: { ...same.training, sequences: 200_000 },
      learningRate: 1e-2,
      firstSeed: 40,
      seeds: 10,
    },
  ],
  metric: cost,
  families: [
    {
      question: "the shift on repeat copy at the paper's size",
      asTrained: true,
      pairs: [
        ["dms-periodic", "ntm"],
        ["dms-periodic", "ntm-wide"],
      ],
    },
  ],
};
