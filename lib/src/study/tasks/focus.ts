import type { GaussianOptions } from "../../memory/shift/gaussian.js";
import type { TaskModel } from "../../training/index.js";
import type { TaskGroup } from "./group.js";
import { DIGIT_SLOTS, jumpingShift, localShift, rangeGroups, rangeMemory } from "./range.js";

/** One way to start or bound a head's focus. */
export interface FocusVariant {
  /** what it tries, as a phrase */
  what: string;
  model: TaskModel;
}

const gaussianOf = (options: GaussianOptions) => ({ ...jumpingShift, ...options });
const focus = (what: string, options: GaussianOptions): FocusVariant => ({ what, model: rangeMemory(gaussianOf(options)) });

/**
 * The periodic shift of the study of long range, and what can be set about its focus; then jumps beside local shifts. Widths and shifts in slots,
 * of a memory of 48.
 */
export const focusVariants: Readonly<Record<string, FocusVariant>> = {
  default: { what: "width from the head's random bias, near 0.8 at first", model: rangeMemory(jumpingShift) },
  needle: focus("width 0.15 at first", { sigmaInit: 0.15 }),
  narrow: focus("width 0.4 at first", { sigmaInit: 0.4 }),
  broad: focus("width 2 at first", { sigmaInit: 2 }),
  wide: focus("width 8 at first", { sigmaInit: 8 }),
  whole: focus("width 24 at first: the whole memory", { sigmaInit: 24 }),
  "delta-1": focus("shift by 1 at first", { deltaInit: 1 }),
  "delta-5": focus("shift by 5 at first", { deltaInit: 5 }),
  "floor-low": focus("width at least 0.01 instead of 0.1", { sigmaFloor: 0.01 }),
  "floor-high": focus("width at least 0.5 instead of 0.1", { sigmaFloor: 0.5 }),
  "per-head": focus("one learned width a head, the same at each step", { sigma: "head" }),
  fixed: focus("width 0.3, not learned", { sigma: "fixed", sigmaInit: 0.3 }),
  annealed: focus("width times 10 at first, shrinking to 1 by half of the training", { anneal: { from: 10, until: 0.5 } }),
  scales: {
    what: "three widths read at once, 0.3, 1.5 and 6 at first, mixed by the head",
    model: rangeMemory({ kind: "mixture", of: [0.3, 1.5, 6].map((sigmaInit) => gaussianOf({ sigmaInit })) }),
  },
  local: { what: "no jumps: one slot either way", model: rangeMemory(localShift) },
  mixture: {
    what: "jumps and local shifts mixed by the head",
    model: rangeMemory({ kind: "mixture", of: [jumpingShift, localShift] }),
  },
  "read-jumps": {
    what: "read head jumps, write head shifts by one slot",
    model: rangeMemory({ read: jumpingShift, write: localShift }),
  },
  "write-jumps": {
    what: "write head jumps, read head shifts by one slot",
    model: rangeMemory({ read: localShift, write: jumpingShift }),
  },
};

/** Tasks that the variants are compared on: one that wants jumps, one that wants steps, and the digits of the published experiment. */
const tasks = ["jump-recall", "copy", "mnist1d-80"];

/**
 * The groups of the study of long range with these models, all at one learning rate and with at most 40,000 sequences: what differs is the start
 * alone, and a start that is better shows sooner. On digits the memory has the published 20 slots, and the rate is one that few runs jump at.
 */
export const focusGroups: readonly TaskGroup[] = tasks.map((name) => {
  const { seeds: _, tunedOn: __, ...base } = rangeGroups.find(({ protocol }) => protocol === `range-${name}`)!;
  const digits = base.task.task === "mnist1d";
  const models = Object.fromEntries(
    Object.entries(focusVariants).map(([variant, { model }]) => [variant, digits ? { ...model, slots: DIGIT_SLOTS } : model]),
  );
  const training = { ...base.training, sequences: Math.min(base.training.sequences, 40_000) };
  return { ...base, protocol: `focus-${name}`, models, training, rates: [digits ? 3e-3 : 1e-2] };
});
