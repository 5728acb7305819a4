import type { BiGruConfig, CnnConfig, GruConfig, LstmConfig, NtmConfig } from "./config.js";

/**
 * Models that can show what was to be tested: memories whose slots differ from the start, whose weightings keep a sum of 1, and recurrent
 * networks of the same size (21,500 parameters); and the two networks of MNIST-1D's authors, which read all 40 features.
 *
 * @param steps 20 (every second feature, as published) or 40
 */
export const soundModels = {
  /** the published NTM but for its start and its sharpening */
  "ntm-learned": (steps: number) => memory(steps, { kind: "discrete", offsets: [1, 0, -1] }),
  /** the published DMS-NTM but for its start and its sharpening */
  "dms-learned": (steps: number) => memory(steps, { kind: "gaussian", sigmaFloor: 0.1 }),
  /** and with distances that wrap around the ring for any shift */
  "dms-periodic": (steps: number) => memory(steps, { kind: "gaussian", sigmaFloor: 0.1, periodic: true }),
  /** a recurrent network of the same size */
  "gru-large": (steps: number): GruConfig => ({ kind: "gru", steps, features: 1, hidden: 82, classes: 10 }),
  /** a forget gate that starts open (Jozefowicz et al. 2015): without it nothing is learned from 40 steps for seven epochs */
  lstm: (steps: number): LstmConfig => ({ kind: "lstm", steps, features: 1, hidden: 71, forgetBias: 1, classes: 10 }),
  /** of MNIST-1D's authors */
  bigru: (steps: number): BiGruConfig => ({ kind: "bigru", steps, features: 1, hidden: 6, classes: 10 }),
  /** of MNIST-1D's authors */
  cnn: (steps: number): CnnConfig => ({ kind: "cnn", steps, features: 1, channels: 25, classes: 10 }),
};

function memory(steps: number, shift: NtmConfig["shift"]): NtmConfig {
  return {
    kind: "ntm",
    steps,
    features: 1,
    hidden: 64,
    slots: 20,
    width: 16,
    shift,
    // trains as well as any other start that tells the slots apart; on zero memory content addressing is blind at first, since all slots
    // then hold multiples of one vector
    initial: { memory: "learned", readWeights: "learned", writeWeights: "learned" },
    sharpening: "softmax",
    classes: 10,
  };
}
