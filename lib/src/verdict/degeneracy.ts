import type { DegeneracyRecord } from "../study/index.js";
import { count, counts, paragraph, scientific, titles } from "./text.js";

/** Slots that differ by less, in weight times their number and in content, are the same but for rounding. */
const SAME = 1e-3;

/** A weighting whose sum stays above this has lost nothing that matters. */
const WHOLE = 0.99;

type Run = DegeneracyRecord["runs"][number];
type Part = keyof Run["gradients"];

/** Whether the slots of all models that were measured are the same but for rounding; null when nothing was measured. */
export function slotsAreTheSame(record: DegeneracyRecord | null): boolean | null {
  return record?.runs.every(({ betweenSlots, memory }) => betweenSlots <= SAME && memory <= SAME) ?? null;
}

/**
 * Why the published set-up can't see addressing, by what was measured in its trained models.
 *
 * @param detail "brief" leaves out what sharpening does to the sum of a weighting
 */
export function degeneracySentences(record: DegeneracyRecord | null, detail: "full" | "brief" = "full"): string {
  if (!record) return "How far the slots of the trained published models differ has not been measured yet: `make degeneracy`.";
  const { runs, samples } = record;
  const names = [...new Set(runs.map((run) => run.name))];
  const seeds = names.map((name) => runs.filter((run) => run.name === name).length);
  const most = (of: (run: Run) => number) => scientific(Math.max(...runs.map(of)));
  const gradient = (...parts: Part[]) => most(({ gradients }) => Math.max(...parts.map((part) => gradients[part])));
  const measured = `In ${count(runs.length, "trained model")} of ${titles(names)} (${counts(seeds, "seed")} each), over ${count(samples, "test sample")}`;
  const apart = `${most((run) => run.betweenSlots)} in weight (N (max w − min w)) and ${most((run) => run.memory)} in content (|M_i − M_0|)`;
  const written = `that with respect to erase and add up to ${gradient("erase", "add")}`;
  if (!slotsAreTheSame(record)) {
    return paragraph(
      `${measured}, slots differ by up to ${apart}: these models do address.`,
      `The gradient of the loss with respect to key, strength, gate, shift and sharpening is up to ${gradient("key", "strength", "gate", "shift", "sharpening")}, ${written}.`,
    );
  }
  const exact = runs.every(({ betweenSlots, memory }) => betweenSlots === 0 && memory === 0);
  return paragraph(
    "Memory and weightings start the same in every slot, and every stage of the addressing maps equal slots to equal slots: whatever the parameters, all slots stay equal.",
    `${measured}, ${exact ? "no two slots ever differ, in weight or in content, by a single bit" : `slots differ by no more than ${apart}`}.`,
    `The gradient of the loss with respect to key, strength and shift is at most ${gradient("key", "strength", "shift")}, ${written}.`,
    detail === "full" ? lossSentence(runs, gradient("gate", "sharpening")) : "",
    "So no shift, discrete or continuous, moves anything between slots, and the published comparison can't see what it set out to test.",
  );
}

/** What is left to a head whose slots are all the same: the sum of its weighting. */
function lossSentence(runs: readonly Run[], gradient: string): string {
  const smallest = Math.min(...runs.map(({ total }) => total));
  if (smallest >= WHOLE) return `That with respect to gate and sharpening is at most ${gradient}.`;
  const losing = runs.filter(({ total }) => total < WHOLE).length;
  const which = losing === runs.length ? "all models" : `${losing} of the ${count(runs.length, "model")}`;
  return `All that a head can change is the sum of its weighting, which the published sharpening doesn't keep at 1: in ${which} it falls, at worst to ${scientific(smallest)}, and through it the gradient with respect to gate and sharpening reaches ${gradient}.`;
}
