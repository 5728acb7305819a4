import type { TaskOptions } from "../../tasks/index.js";
import type { TaskModel } from "../../training/index.js";
import type { TaskGroup } from "./group.js";
import { localShift } from "./range.js";

/** Feed-forward controller of 100 units, 128 slots of width 20, one head of each kind, shifts by one slot (Graves et al. 2014, table 1). */
const ntm: TaskModel = {
  kind: "ntm",
  controller: "feedforward",
  hidden: 100,
  slots: 128,
  width: 20,
  shift: localShift,
  initial: { memory: "learned", readWeights: "learned", writeWeights: "learned", readVector: "learned" },
  sharpening: "softmax",
  readout: "hidden+read",
};

const task: TaskOptions = { task: "copy", bits: 8, lengths: [1, 20] };
const training = { batch: 16, sequences: 80_000, reportEvery: 1000, converged: 0.1 } as const;
const test = { lengths: [10, 20, 30, 50, 80, 120], sequences: 100 };

/**
 * The copy task of the NTM paper, section 4.1, at its own size: trained on 1 to 20 vectors of 8 bits, tested up to 120. With the paper's
 * optimiser, learning rate and clipping (section 4.6).
 */
export const ntmPaperGroups: readonly TaskGroup[] = [
  {
    protocol: "ntm-paper-copy",
    task,
    models: { ntm },
    training: { ...training, optimizer: "rmsprop", clipValue: 10 },
    rates: [1e-4],
    test,
  },
];
