import type { ModelConfig, NtmConfig } from "../../src/models/index.js";

const ntm: NtmConfig = {
  kind: "ntm",
  steps: 4,
  features: 1,
  hidden: 5,
  slots: 6,
  width: 3,
  shift: { kind: "discrete", offsets: [1, 0, -1] },
  initial: { memory: { kind: "random", scale: 0.5, seed: 1 }, readWeights: "learned", writeWeights: "learned" },
  sharpening: "softmax",
  classes: 3,
};

/** One small model for each thing that a config can choose; together they have every value of every key. */
export const variants: Record<string, ModelConfig> = {
  "random memory, discrete": ntm,
  "LSTM controller, periodic with its own sigma and delta, several heads, readout of what was read": {
    ...ntm,
    shift: { kind: "gaussian", sigmaFloor: 0.1, periodic: true, sigmaInit: 0.5, deltaInit: 1 },
    initial: {
      memory: "learned",
      readWeights: "peaked",
      writeWeights: "learned",
      readVector: "learned",
      hidden: "learned",
    },
    controller: "lstm",
    readout: "hidden+read",
    readHeads: 2,
    writeHeads: 2,
  },
  "feedforward controller, published sharpening, ring of two slots": {
    ...ntm,
    slots: 2,
    width: 1,
    initial: { memory: "zero", readWeights: "uniform", writeWeights: "peaked" },
    sharpening: "power",
    controller: "feedforward",
    readout: "hidden+read",
    writeHeads: 3,
  },
  lstm: { kind: "lstm", steps: 4, features: 2, hidden: 5, forgetBias: 1, classes: 3 },
  bigru: { kind: "bigru", steps: 4, features: 2, hidden: 3, classes: 3 },
  cnn: { kind: "cnn", steps: 11, features: 2, channels: 4, classes: 3 },
};
