import type { DegeneracyRecord } from "../study/index.js";
import { count, counts, paragraph, scientific, titles } from "./text.js";

/** Weightings that stay this close to uniform address nothing. */
const UNIFORM = 1e-3;

/** Why the published set-up can't see addressing, by what was measured in its trained models. */
export function degeneracySentences(record: DegeneracyRecord | null): string {
  if (!record) return "How far the slots of the trained published models differ has not been measured yet: `make degeneracy`.";
  const { runs, samples } = record;
  const names = [...new Set(runs.map((run) => run.name))];
  const seeds = names.map((name) => runs.filter((run) => run.name === name).length);
  const most = (of: (run: (typeof runs)[number]) => number) => Math.max(...runs.map(of));
  const weights = most((run) => run.weights);
  const addressing = most(({ gradients: { key, strength, gate, shift, sharpening } }) =>
    Math.max(key, strength, gate, shift, sharpening),
  );
  const writing = most(({ gradients: { erase, add } }) => Math.max(erase, add));
  const measured = `In ${count(runs.length, "trained model")} of ${titles(names)} (${counts(seeds, "seed")} each), over ${count(samples, "test sample")}`;
  const gradients = `the gradient of the loss with respect to key, strength, gate, shift and sharpening is at most ${scientific(addressing)}, that with respect to erase and add up to ${scientific(writing)}`;
  if (weights > UNIFORM) {
    return paragraph(
      `${measured}, weightings leave the uniform one by up to ${scientific(weights)} (max |N w − 1|): these models do address.`,
      `There, ${gradients}.`,
    );
  }
  return paragraph(
    "Memory and weightings start the same in every slot, and every stage of the addressing maps equal slots to equal slots: whatever the parameters, all slots stay equal.",
    `${measured}, no weighting leaves the uniform one by more than ${scientific(weights)} (max |N w − 1|), and ${gradients}.`,
    "So the shifts, discrete or continuous, have no effect, and the published comparison can't see what it set out to test.",
  );
}
