import { learningTime } from "../study/learning-time.js";
import { partOf, type Study } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import type { TaskModel } from "../training/index.js";
import { rates, tuned } from "./rates.js";

const { "lie-access-bounded": bounded } = partOf(rates, "rates-jump-recall").models;

const part = (task: string) =>
  tuned("step-rates", task, {
    models: ["ntm", "ntm-wide", "dms-periodic"],
    others: { "lie-access-bounded": bounded as TaskModel },
    // none that other studies had
    firstSeed: 140,
  });

/**
 * `rates` asks again, with a learning rate for each model, where heads have to jump. Here the same is asked where they go
 * step by step, which had been answered at one rate for all: at that rate Lie-access without bounds learned associative
 * recall in no run. Bounded, as in its authors' code, it is asked alone. Runs end once they have learned, so models are
 * compared by how soon they do. Written down before any of these runs was made; attempts of `long` on both tasks had been
 * looked at before, on seed 1000, which tunes here too.
 */
export const stepRates: Study<TaskRecord> = {
  name: "step-rates",
  question:
    "Are shifts by one slot enough where heads go step by step, when each model has a learning rate of its own?",
  parts: [part("associative-recall"), part("copy")],
  metric: learningTime,
  families: [
    {
      question: "how soon steps are learned",
      asTrained: true,
      pairs: [
        ["dms-periodic", "ntm"],
        ["dms-periodic", "ntm-wide"],
      ],
    },
    {
      question: "another way to jump, by how soon steps are learned",
      asTrained: true,
      pairs: [["dms-periodic", "lie-access-bounded"]],
    },
  ],
  // stopped half-way it has as many runs of each
  balanced: true,
};
