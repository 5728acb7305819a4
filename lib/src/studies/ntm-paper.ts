import { cost } from "../study/cost.js";
import type { Study } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import { localShift } from "./range.js";

/** The copy task of the NTM paper (Graves et al. 2014), section 4.1, at its own size, with its own optimiser. */
export const ntmPaper: Study<TaskRecord> = {
  name: "ntm-paper",
  question: "Does our discrete NTM learn what the NTM paper's did?",
  parts: [
    {
      name: "ntm-paper-copy",
      task: { task: "copy", bits: 8, lengths: [1, 20] },
      models: {
        // table 1: feed-forward controller of 100 units, 128 slots of width 20, one head of each kind, shifts by one
        // slot
        ntm: {
          kind: "ntm",
          controller: "feedforward",
          hidden: 100,
          slots: 128,
          width: 20,
          shift: localShift,
          initial: { memory: "learned", readWeights: "learned", writeWeights: "learned", readVector: "learned" },
          sharpening: "softmax",
          readout: "hidden+read",
        },
      },
      // section 4.6: RMSProp as in Graves 2013, gradients clipped entry by entry
      training: {
        batch: 16,
        sequences: 80_000,
        reportEvery: 1000,
        converged: 0.1,
        optimizer: "rmsprop",
        clipValue: 10,
      },
      learningRate: 1e-4,
      seeds: 10,
      test: { lengths: [10, 20, 30, 50, 80, 120], sequences: 100 },
    },
  ],
  metric: cost,
  families: [],
};
