import type { GaussianOptions } from "../memory/shift/gaussian.js";
import { cost } from "../study/cost.js";
import { type Contender, partOf, type Study } from "../study/study.js";
import type { TaskRecord, TaskTrainingConfig } from "../study/task-schema.js";
import type { TaskModel } from "../training/index.js";
import { DIGIT_SLOTS, jumpingShift, localShift, range, rangeMemory } from "./range.js";

/** One way to start or bound a head's focus. */
type Variant = Contender<TaskModel, TaskTrainingConfig>;

const gaussianOf = (options: GaussianOptions) => ({ ...jumpingShift, ...options });
const starting = (what: string, options: GaussianOptions): Variant => ({
  what,
  model: rangeMemory(gaussianOf(options)),
});

/**
 * The periodic shift of the study of long range, and what can be set about its focus; then jumps beside local shifts.
 * Widths and shifts in slots, of a memory of 48.
 */
export const focusVariants: Readonly<Record<string, Variant>> = {
  default: { what: "width from the head's random bias, near 0.8 at first", model: rangeMemory(jumpingShift) },
  needle: starting("width 0.15 at first", { sigmaInit: 0.15 }),
  narrow: starting("width 0.4 at first", { sigmaInit: 0.4 }),
  broad: starting("width 2 at first", { sigmaInit: 2 }),
  wide: starting("width 8 at first", { sigmaInit: 8 }),
  whole: starting("width 24 at first: the whole memory", { sigmaInit: 24 }),
  "delta-1": starting("shift by 1 at first", { deltaInit: 1 }),
  "delta-5": starting("shift by 5 at first", { deltaInit: 5 }),
  "floor-low": starting("width at least 0.01 instead of 0.1", { sigmaFloor: 0.01 }),
  "floor-high": starting("width at least 0.5 instead of 0.1", { sigmaFloor: 0.5 }),
  "per-head": starting("one learned width a head, the same at each step", { sigma: "head" }),
  fixed: starting("width 0.3, not learned", { sigma: "fixed", sigmaInit: 0.3 }),
  annealed: starting("width times 10 at first, shrinking to 1 by half of the training", {
    anneal: { from: 10, until: 0.5 },
  }),
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

/** One that wants jumps, one that wants steps, and the digits of the published experiment. */
const tasks = ["jump-recall", "copy", "mnist1d-80"];

/**
 * The tasks of the study of long range with these models, all at one learning rate and with at most 40,000 sequences:
 * what differs is the start alone, and a start that is better shows sooner. On digits the memory has the published 20
 * slots, and the rate is one that few runs jump at.
 */
export const focus: Study<TaskRecord> = {
  name: "focus",
  question: "How should a head's focus start, and be bounded?",
  parts: tasks.map((name) => {
    const base = partOf(range, `range-${name}`);
    const digits = base.task.task === "mnist1d";
    const slots = digits ? { slots: DIGIT_SLOTS } : {};
    return {
      ...base,
      name: `focus-${name}`,
      models: Object.fromEntries(
        Object.entries(focusVariants).map(([variant, { what, model }]) => [
          variant,
          { what, model: { ...model, ...slots } },
        ]),
      ) as Record<string, Variant>,
      training: { ...base.training, sequences: Math.min(base.training.sequences, 40_000) },
      learningRate: digits ? 3e-3 : 1e-2,
      seeds: 10,
    };
  }),
  metric: cost,
  families: [
    {
      question: "what starts better",
      pairs: Object.keys(focusVariants).flatMap((name) => (name === "default" ? [] : [[name, "default"] as const])),
    },
  ],
};
