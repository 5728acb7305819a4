import type { GruConfig, MlpConfig, NtmConfig } from "./config.js";

/** The four models as published (EXPERIMENT "Models"), faults included. The order is that of the published table. */
export const publishedModels = {
  mlp: { kind: "mlp", features: 40, hidden: [128, 128], classes: 10 } satisfies MlpConfig as MlpConfig,
  gru: { kind: "gru", steps: 20, features: 1, hidden: 64, classes: 10 } satisfies GruConfig as GruConfig,
  ntm: ntm({ kind: "discrete", offsets: [1, 0, -1] }),
  dms: ntm({ kind: "gaussian", sigmaFloor: 0.1 }),
};

function ntm(shift: NtmConfig["shift"]): NtmConfig {
  return {
    kind: "ntm",
    steps: 20,
    features: 1,
    hidden: 64,
    slots: 20,
    width: 16,
    shift,
    // every slot starts the same, so that addressing can't do anything: the published set-up's fault
    initial: { memory: "zero", readWeights: "uniform", writeWeights: "uniform" },
    classes: 10,
  };
}
