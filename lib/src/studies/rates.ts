import { cost } from "../study/cost.js";
import { contenderOf, type Study } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import { long } from "./long.js";

const jumpRecall = long.parts.find(({ name }) => name === "long-jump-recall")!;
const { model } = contenderOf(jumpRecall, "ntm-wide");
const wide = (what: string, learningRate: number) => ({ what, model, training: { learningRate } });

/**
 * `long` and `reach` have one learning rate for all models, chosen by attempts on other tasks. NTM wide may want another
 * on jump recall, where it is behind: so it gets a third of it and three times as much, and DMS periodic keeps the one
 * of the recipe. The choice is in favour of NTM wide: it has two more chances, and the claim that continuity helps has
 * to hold against both. Written down after `reach` was seen, and before any of these runs was made; seeds of its own.
 * With 12 seeds, corrected for two comparisons, runs drawn from those of `reach` show both differences in about 8 of 10
 * cases.
 */
export const rates: Study<TaskRecord> = {
  name: "rates",
  question: "Does another learning rate make up for what NTM wide lacks on jump recall?",
  parts: [
    {
      ...jumpRecall,
      name: "rates-jump-recall",
      models: {
        "dms-periodic": jumpRecall.models["dms-periodic"]!,
        "ntm-wide-slow": wide("a third of the learning rate", 3e-4),
        "ntm-wide-fast": wide("three times the learning rate", 3e-3),
      },
      firstSeed: 30,
      seeds: 12,
    },
  ],
  metric: cost,
  families: [
    {
      question: "continuity or the learning rate",
      asTrained: true,
      pairs: [
        ["dms-periodic", "ntm-wide-slow"],
        ["dms-periodic", "ntm-wide-fast"],
      ],
    },
  ],
  // stopped half-way it has as many runs of each
  balanced: true,
};
