import { accuracy } from "../study/accuracy.js";
import type { RunRecord } from "../study/schema.js";
import type { Study } from "../study/study.js";
import { sound } from "./sound.js";

const { models, ...at40 } = sound.parts.find(({ name }) => name === "sound-40")!;
const compared = ["ntm-learned", "dms-learned", "dms-periodic", "gru-large", "lstm"];

/**
 * The sound study at 40 steps, mended. There 1 to 5 of 20 runs of each memory whose slots differ fail: their curves
 * show a gradient that explodes, mostly in the first epochs at the rate of 0.013, which all of them chose, and two
 * tuning seeds were too few to see it. So gradients are clipped, and that rate and the next lower one are tried with
 * three seeds, for all models alike. Written down before any of these runs was made.
 */
export const clipped: Study<RunRecord> = {
  name: "clipped",
  question: "Continuous or discrete shifts, a memory or none, at 40 steps, when no run fails to train?",
  parts: [
    {
      ...at40,
      name: "clipped-40",
      title: "sound, 40 steps, clipped",
      models: Object.fromEntries(compared.map((name) => [name, models[name]!])),
      training: { ...at40.training, clipNorm: 1 },
      learningRate: { rates: [5.5e-3, 1.3e-2], seeds: [1000, 1001, 1002] },
    },
  ],
  metric: accuracy,
  // the questions of the sound study, of this part alone
  families: sound.families.map((family) => (family.parts ? { ...family, parts: ["clipped-40"] } : family)),
  balanced: true,
};
