import { learningTime } from "../study/learning-time.js";
import { partOf, type Study } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import type { TaskModel } from "../training/index.js";
import { rates, tuned } from "./rates.js";

const { "lie-access-bounded": bounded } = partOf(rates, "rates-jump-recall").models;

/**
 * `rates` asks again, with a learning rate for each model, where heads have to jump. Here the same is asked where they go
 * step by step. Runs end once they have learned, so models are compared by how soon they do. Lie-access is asked bounded,
 * as in its authors' code. Written down before any of these runs was made; attempts of `long` had been looked at before, on
 * seed 1000, which tunes here too.
 *
 * Associative recall was the first of two tasks, and was given up after a look at twenty tuning runs and three evaluation
 * runs, before any run on copy: three runs a rate can't choose one there. At 0.001 NTM learned it in three of three runs
 * and DMS periodic in one, at 0.003 and 0.01 neither in any; by mean cost DMS periodic would have had 0.01. The runs are
 * kept. So copy is corrected for itself alone.
 *
 * Its rates were to be chosen by cost, as elsewhere. That says when runs were ended, once all learn: NTM would have had
 * 0.001, where it learns after 48,000 sequences, not 0.01, where it does after 14,000. So they are chosen by how soon runs
 * learn, as models are compared. That was seen and changed when most tuning runs were there and of the evaluation those of
 * NTM wide, whose rate is the same by both.
 */
export const stepRates: Study<TaskRecord> = {
  name: "step-rates",
  question:
    "Are shifts by one slot enough where heads go step by step, when each model has a learning rate of its own?",
  parts: [
    tuned("step-rates", "copy", {
      models: ["ntm", "ntm-wide", "dms-periodic"],
      others: { "lie-access-bounded": bounded as TaskModel },
      // none that other studies had
      firstSeed: 140,
    }),
  ],
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
