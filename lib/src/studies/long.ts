import type { ShiftConfig } from "../memory/config.js";
import { cost } from "../study/cost.js";
import { type Attempt, partOf, type Study, type TaskPart } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import type { TaskOptions } from "../tasks/index.js";
import type { TaskModel } from "../training/index.js";
import {
  digitsAttempts,
  ngramsAttempts,
  prioritySortAttempts,
  recipeAttempts,
  repeatCopyAttempts,
  stridedReverseAttempts,
} from "./long-attempts.js";
import { localShift } from "./range.js";

/**
 * Long range, learned: memories on tasks of the NTM paper's sizes, by the recipe that learns them (Collier and Beel
 * 2018): an LSTM controller, a memory that starts constant, answers from hidden state and what was read. The recipe is
 * the same for all memories; it was chosen by attempts (long-attempts.ts), on seeds of their own.
 */
const frame = { controller: "lstm", hidden: 100, readout: "hidden+read" } as const;

/** A model whose memory is that of an NTM, whatever its shift. */
export type NtmModel = Extract<TaskModel, { kind: "ntm" }>;

const ntm = (shift: NtmModel["shift"], hidden = 100): NtmModel => ({
  kind: "ntm",
  ...frame,
  hidden,
  slots: 48,
  width: 16,
  shift,
  // a small constant: learned contents are the slowest start known; weightings that are learned tell the slots apart
  initial: {
    memory: { kind: "constant", value: 1e-6 },
    readWeights: "learned",
    writeWeights: "learned",
    readVector: "learned",
  },
  sharpening: "softmax",
});

const published: ShiftConfig = { kind: "gaussian", sigmaFloor: 0.1 };
const periodic: ShiftConfig = { ...published, periodic: true };
const wide: ShiftConfig = { kind: "discrete", offsets: Array.from({ length: 21 }, (_, i) => i - 10) };
const scales: ShiftConfig = { kind: "mixture", of: [0.3, 1.5, 6].map((sigmaInit) => ({ ...periodic, sigmaInit })) };

/** About 60,000 parameters each on copy. */
const longModels: Readonly<Record<string, TaskModel>> = {
  // no memory: what the state of a recurrent network can hold
  lstm: { kind: "lstm", hidden: 116, forgetBias: 1 },
  // shifts by one slot, as published
  ntm: ntm(localShift),
  // the reach of a jump without its continuity: ten slots either way
  "ntm-wide": ntm(wide, 97),
  dms: ntm(published),
  "dms-periodic": ntm(periodic),
  mixture: ntm({ kind: "mixture", of: [periodic, localShift] }),
  // several focus widths at once
  scales: ntm(scales),
  // the published rivals that jump
  "lie-access": { kind: "lie-access", ...frame, hidden: 106, width: 16 },
  dnc: { kind: "dnc", ...frame, slots: 48, width: 16 },
};

/**
 * Batches of 8: updates count, not sequences. A run ends early once three points of its curve in a row have converged.
 */
const training = {
  batch: 8,
  optimizer: "adam",
  clipNorm: 50,
  reportEvery: 2000,
  stopAfter: 3,
} as const;

/** As many slots as the longest test needs: a ring of 48 can't hold 120 vectors. */
const withSlots = (slots: number) => (model: TaskModel) => ("slots" in model ? { ...model, slots } : model);

/**
 * @param converged bits a sequence: below it, a run has learned the task
 * @param lengths that are tested, the longest of the training first
 */
function part(
  name: string,
  task: TaskOptions,
  {
    sequences = 200_000,
    converged = 0.1,
    lengths,
    slots = 48,
    learningRate = 1e-3, // one for all models, chosen by attempts on two tasks; on others too low, see `rates`
    oneLength,
    attempts,
  }: {
    sequences?: number;
    converged?: number;
    lengths: number[];
    slots?: number;
    learningRate?: number;
    oneLength?: true;
    attempts?: readonly Attempt[];
  },
): TaskPart {
  return {
    name: `long-${name}`,
    task,
    models: Object.fromEntries(Object.entries(longModels).map(([key, model]) => [key, withSlots(slots)(model)])),
    training: { ...training, sequences, converged, oneLength },
    learningRate,
    test: { lengths, sequences: 100 },
    seeds: 10,
    ...(attempts ? { attempts } : {}),
  };
}

/**
 * Digits of one length are no digits of another, so that each has a training of its own; the memory is the published
 * one. All runs are as long, so that their accuracies can be compared: attempts had learned the digits of 80 points
 * after some 55,000 sequences. That, and tests of 1,000 digits, was set before any evaluation run of digits was
 * finished; two that had begun were ended, and nothing of them was kept.
 */
const digits = (points: number): TaskPart => {
  const like = part(
    `mnist1d-${points}`,
    { task: "mnist1d", lengths: [points, points] },
    {
      sequences: 80_000,
      converged: Math.log2(10) / 10,
      lengths: [points],
      slots: 20,
      ...(points === 80 ? { attempts: digitsAttempts } : {}),
    },
  );
  return {
    ...like,
    training: { ...like.training, stopAfter: undefined },
    test: { ...like.test, sequences: 1000 },
  };
};

/** On tasks of the sizes of Graves et al. 2014 where its paper has the task; repeat copy has half of it. */
export const long: Study<TaskRecord> = {
  name: "long",
  question: "Do continuous shifts help where heads have to jump, by a recipe that learns?",
  parts: [
    part(
      "copy",
      { task: "copy", bits: 8, lengths: [1, 20] },
      { lengths: [20, 40, 80, 120], slots: 128, attempts: recipeAttempts },
    ),
    // 20 items of 4 steps
    part(
      "associative-recall",
      { task: "associative-recall", bits: 6, vectors: 3, lengths: [2, 6] },
      { lengths: [6, 12, 20], slots: 96, attempts: recipeAttempts },
    ),
    // not the paper's: the task that asks for jumps
    part("jump-recall", { task: "jump-recall", bits: 6, lengths: [2, 10] }, { lengths: [10, 20, 40] }),
    // at this learning rate too hard for the budget, and for twice of it: a run of DMS periodic (seed 0) still cost 0.35
    // bits after 400,000 sequences, a part that was begun after a look at these runs and taken back, its record not
    // kept. `rates` has the mend.
    part(
      "strided-reverse",
      { task: "strided-reverse", bits: 6, lengths: [1, 12] },
      {
        lengths: [12, 24, 48],
        attempts: stridedReverseAttempts,
      },
    ),
    part(
      "repeat-copy",
      { task: "repeat-copy", bits: 8, lengths: [1, 5], repeats: [1, 5] },
      { sequences: 400_000, lengths: [5, 10], oneLength: true, attempts: repeatCopyAttempts },
    ),
    part(
      "priority-sort",
      { task: "priority-sort", bits: 8, lengths: [20, 20] },
      { sequences: 300_000, converged: 1, lengths: [20, 40], attempts: prioritySortAttempts },
    ),
    // the best possible predictor has 130 bits
    part(
      "ngrams",
      { task: "ngrams", n: 6, lengths: [200, 200] },
      { sequences: 60_000, converged: 135, lengths: [200, 400], learningRate: 3e-3, attempts: ngramsAttempts },
    ),
    digits(80),
    digits(160),
    digits(320),
  ],
  metric: cost,
  // planned before any run of the parts was looked at
  families: [
    // the claim
    { question: "continuous shifts or shifts by one slot", asTrained: true, pairs: [["dms-periodic", "ntm"]] },
    { question: "continuity or reach", asTrained: true, pairs: [["dms-periodic", "ntm-wide"]] },
    {
      question: "jumps with local shifts beside them",
      asTrained: true,
      pairs: [
        ["mixture", "ntm"],
        ["mixture", "dms-periodic"],
      ],
    },
    // the published comparison; added before any evaluation run of digits was finished
    {
      question: "a memory or none, on digits",
      asTrained: true,
      parts: ["long-mnist1d-80", "long-mnist1d-160", "long-mnist1d-320"],
      pairs: [
        ["dms-periodic", "lstm"],
        ["ntm", "lstm"],
      ],
    },
    // for context
    {
      question: "other published ways to jump",
      asTrained: true,
      pairs: [
        ["dms-periodic", "dnc"],
        ["dms-periodic", "lie-access"],
      ],
    },
  ],
};

/**
 * A task of `long` for a study of its own, which asks some of its models again; the attempts stay where they are.
 *
 * @param compared names of the models of `long` that are asked
 * @param others models beside them
 */
export function longAgain(
  task: string,
  compared: readonly string[],
  own: Pick<TaskPart, "name" | "learningRate" | "seeds"> & Partial<Pick<TaskPart, "title" | "firstSeed">>,
  others: Readonly<Record<string, TaskModel>> = {},
): TaskPart {
  const { attempts, models, ...same } = partOf(long, `long-${task}`);
  return {
    ...same,
    ...own,
    models: { ...Object.fromEntries(compared.map((name) => [name, models[name]!])), ...others },
  };
}
