import type { Attempt, TaskPart } from "../study/study.js";
import type { TaskModel } from "../training/index.js";

// Attempts to find the recipe of `long`, those that failed too, by their task. Some were planned and never made.

const zeroMemory = (model: TaskModel): TaskModel =>
  model.kind === "ntm" ? { ...model, initial: { ...model.initial, memory: "zero" } } : model;
const learnedMemory = (model: TaskModel): TaskModel =>
  model.kind === "ntm" ? { ...model, initial: { ...model.initial, memory: "learned" } } : model;
const feedforward = (model: TaskModel): TaskModel =>
  model.kind === "ntm" ? { ...model, controller: "feedforward" } : model;
const all = ["ntm", "dms-periodic", "lie-access", "dnc"];
const shifts = all.slice(0, 2);
/** The claim and its control. */
const reaches = ["ntm", "ntm-wide", "dms-periodic"];
const tried = (models: readonly string[], variant: string, own: Omit<Attempt, "model" | "seed" | "variant"> = {}) =>
  models.map((model): Attempt => ({ model, seed: 1000, variant, ...own }));
/** Lie-access as its authors' code has it: see rates.ts. */
export const bounded = (model: TaskModel): TaskModel =>
  model.kind === "lie-access" ? { ...model, translation: "bounded", writeGateBias: -10 } : model;
/** On copy and associative recall. */
export const recipeAttempts: readonly Attempt[] = [
  ...tried(all, "recipe"),
  ...tried(all, "rate-3e-4", { training: { learningRate: 3e-4 } }),
  ...tried(shifts, "rate-3e-3", { training: { learningRate: 3e-3 } }),
  ...tried(shifts, "batch-32", { training: { batch: 32 } }),
  ...tried(shifts, "clip-10", { training: { clipNorm: 10 } }),
  ...tried(shifts, "zero-memory", { change: zeroMemory }),
  ...tried(shifts, "learned-memory", { change: learnedMemory }),
  ...tried(shifts, "feedforward", { change: feedforward }),
  // after `rates` had shown that the rate of the recipe is too low elsewhere
  ...tried(reaches, "rate-1e-2", { training: { learningRate: 1e-2 } }),
];

export const stridedReverseAttempts = tried(reaches, "one-length", { training: { oneLength: true } });

const mixedLengths: Attempt["training"] = { oneLength: undefined };
/** At a rate of 0.01 that stays, runs learn fast and then leap back: see curves of `paper-size` and priority sort. */
const cosine = { learningRate: 1e-2, schedule: "cosine" } as const;
const clipped = { learningRate: 1e-2, clipNorm: 1 } as const;
/** Leaps are cut, whatever size of gradients is usual by then: a fixed limit is too high at the end, or too low at the start. */
const running = { learningRate: 1e-2, clipRunning: 2 } as const;

/** Of the NTM paper. */
export const paperSizeRepeatCopy = {
  task: { task: "repeat-copy", bits: 8, lengths: [1, 10], repeats: [1, 10] },
  test: { lengths: [10, 20], sequences: 100 },
} as const satisfies Pick<TaskPart, "task" | "test">;

/**
 * Repeat copy was planned at the paper's size, 1 to 10 vectors 1 to 10 times. Two runs of it (seed 0 of NTM and DMS
 * periodic) ended at 180 bits, far from learned; so it is of half that size here. That, and one length a batch, was
 * set before any evaluation run of it was made.
 */
export const repeatCopyAttempts: readonly Attempt[] = [
  ...shifts.map(
    (model): Attempt => ({
      model,
      seed: 0,
      variant: "paper-size",
      ...paperSizeRepeatCopy,
      training: { ...mixedLengths, sequences: 200_000 },
    }),
  ),
  ...tried(["ntm"], "paper-size-one-length", {
    ...paperSizeRepeatCopy,
    training: { sequences: 600_000 },
  }),
  ...tried([...shifts, "mixture"], "recipe", { training: mixedLengths }),
  ...tried([...shifts, "mixture", "ntm-wide", "lie-access"], "one-length"),
  // after `rates` had shown that higher rates learn far sooner elsewhere
  ...["3e-3", "1e-2"].flatMap((rate) =>
    tried(["ntm", "ntm-wide"], `paper-size-rate-${rate}`, {
      ...paperSizeRepeatCopy,
      training: { sequences: 200_000, learningRate: Number(rate) },
    }),
  ),
  ...tried(reaches, "paper-size-cosine-1e-2", {
    ...paperSizeRepeatCopy,
    training: { sequences: 200_000, ...cosine },
  }),
  ...tried(reaches, "paper-size-rate-1e-2-clip-1", {
    ...paperSizeRepeatCopy,
    training: { sequences: 200_000, ...clipped },
  }),
  ...[1000, 1001, 1002].flatMap((seed) =>
    tried(seed === 1000 ? reaches : ["ntm-wide"], "paper-size-rate-1e-2-clip-running", {
      ...paperSizeRepeatCopy,
      training: { sequences: 200_000, ...running },
    }).map((attempt) => ({ ...attempt, seed })),
  ),
  // on n-grams the same clip at a lower rate teaches nine of ten seeds
  ...["3e-3", "5e-3"].flatMap((rate) =>
    tried(["ntm-wide"], `paper-size-rate-${rate}-clip-running`, {
      ...paperSizeRepeatCopy,
      training: { sequences: 200_000, ...running, learningRate: Number(rate) },
    }),
  ),
  // no memory, with the recipe by which bounded Lie-access learns it: is one needed?
  ...tried(["lstm"], "paper-size-rate-1e-3-clip-running-400k", {
    ...paperSizeRepeatCopy,
    training: { ...running, learningRate: 1e-3 },
  }),
  // the memory that finds what came next by its links
  ...["1e-3", "3e-3"].flatMap((rate) =>
    tried(["dnc"], `paper-size-rate-${rate}`, {
      ...paperSizeRepeatCopy,
      training: { sequences: 200_000, learningRate: Number(rate) },
    }),
  ),
  // the memory whose heads can jump back to where a list began
  ...["1e-3", "3e-3"].flatMap((rate) =>
    tried(["lie-access"], `paper-size-bounded-rate-${rate}-clip-running`, {
      ...paperSizeRepeatCopy,
      change: bounded,
      training: { sequences: 200_000, ...running, learningRate: Number(rate) },
    }),
  ),
];

const manyHeads = (model: TaskModel): TaskModel =>
  model.kind === "ntm" ? { ...model, controller: "feedforward", hidden: 200, readHeads: 4, writeHeads: 4 } : model;
/** Lie-access with heads that read several addresses at each step, and steps of bounded size. */
export const eightReadHeads = (model: TaskModel, hidden = 200) =>
  ({ ...model, translation: "bounded", readHeads: 8, hidden }) as TaskModel;
/** Half of the paper's size. */
export const halfSort = {
  task: { task: "priority-sort", bits: 8, lengths: [10, 10] },
  test: { lengths: [10, 20], sequences: 100 },
} as const satisfies Pick<TaskPart, "task" | "test">;
export const prioritySortAttempts: readonly Attempt[] = [
  ...tried(shifts, "recipe"),
  ...tried(["dms-periodic"], "feedforward-4-heads", { change: manyHeads }),
  // as of repeat copy
  ...["3e-3", "1e-2"].flatMap((rate) =>
    tried(["dms-periodic", "ntm-wide"], `rate-${rate}`, { training: { learningRate: Number(rate) } }),
  ),
  ...tried(reaches, "cosine-1e-2", { training: cosine }),
  ...tried(reaches, "rate-1e-2-clip-1", { training: clipped }),
  // with 800,000 sequences NTM wide leapt from 52 bits to 566 after 140,000, and still had 107 after 340,000, where it
  // was ended; no record of that run was kept
  ...tried(reaches, "feedforward-4-heads-cosine-3e-3", {
    change: manyHeads,
    training: { ...cosine, learningRate: 3e-3 },
  }),
  ...[10, 1].flatMap((clipNorm) =>
    tried(reaches, `feedforward-4-heads-cosine-3e-3-clip-${clipNorm}`, {
      change: manyHeads,
      training: { ...cosine, learningRate: 3e-3, clipNorm },
    }),
  ),
  // with 0.01 at its start NTM wide had 123 bits after 130,000 sequences, where it was ended
  ...tried(reaches, "feedforward-4-heads-cosine-3e-3-clip-running", {
    change: manyHeads,
    training: { ...cosine, ...running, learningRate: 3e-3 },
  }),
  // a plane in which a vector can be written where its priority is
  ...["1e-3", "3e-3"].flatMap((rate) =>
    tried(["lie-access"], `bounded-rate-${rate}-clip-running`, {
      change: bounded,
      training: { ...running, learningRate: Number(rate) },
    }),
  ),
  // heads that look ahead: what comes next in order lies at a distance that isn't known before it is read
  ...tried(["lie-access"], "4-read-heads-bounded-rate-1e-3-clip-running", {
    change: (model) => ({ ...bounded(model), readHeads: 4 }) as TaskModel,
    training: { ...running, learningRate: 1e-3, sequences: 600_000 },
  }),
  // writes that go to an address from the start, rather than along a path
  ...tried(["lie-access"], "4-read-heads-bounded-steps-rate-1e-3-clip-running", {
    change: (model) => ({ ...model, translation: "bounded", readHeads: 4 }) as TaskModel,
    training: { ...running, learningRate: 1e-3, sequences: 600_000 },
  }),
  // more of what helped
  ...tried(["lie-access"], "8-read-heads-bounded-steps-cosine-1e-3-clip-running", {
    change: eightReadHeads,
    training: { ...cosine, ...running, learningRate: 1e-3, sequences: 800_000 },
  }),
  // as of half the size, where the rate falls from 0.003 and 100 units do
  ...[1600, 2400].flatMap((k) =>
    tried(["lie-access"], `8-read-heads-100-units-bounded-steps-cosine-3e-3-clip-running-${k}k`, {
      change: (model) => eightReadHeads(model, 100),
      training: { ...cosine, ...running, learningRate: 3e-3, sequences: k * 1000 },
    }),
  ),
  // with lists of 2 to 20 vectors, by the recipe before that, the cost was 6.2 bits in the mean of all lengths after
  // 410,000 sequences, where it was ended; no record of that run was kept
  // 8 of 10
  ...tried(["lie-access"], "half-size-8-read-heads-bounded-steps-cosine-1e-3-clip-running", {
    ...halfSort,
    change: eightReadHeads,
    training: { ...cosine, ...running, learningRate: 1e-3 },
  }),
  ...tried(["lie-access"], "half-size-8-read-heads-bounded-steps-cosine-3e-3-clip-running", {
    ...halfSort,
    change: eightReadHeads,
    training: { ...cosine, ...running, learningRate: 3e-3 },
  }),
  ...tried(["lie-access"], "half-size-8-read-heads-bounded-steps-cosine-3e-3-clip-running-600k", {
    ...halfSort,
    change: eightReadHeads,
    training: { ...cosine, ...running, learningRate: 3e-3, sequences: 600_000 },
  }),
  ...tried(["lie-access"], "half-size-8-read-heads-bounded-steps-cosine-1e-2-clip-running", {
    ...halfSort,
    change: eightReadHeads,
    training: { ...cosine, ...running },
  }),
  // fewer units, which take less time
  ...["3e-3", "1e-2"].flatMap((rate) =>
    tried(["lie-access"], `half-size-8-read-heads-100-units-bounded-steps-cosine-${rate}-clip-running-600k`, {
      ...halfSort,
      change: (model) => eightReadHeads(model, 100),
      training: { ...cosine, ...running, learningRate: Number(rate), sequences: 600_000 },
    }),
  ),
  // of the full size, with 100 units and a rate that falls from 0.01 over 1,600,000 sequences, the cost was 16 bits after
  // 440,000, where it was ended; no record of that run was kept

  // reads that are sharp a few units away
  ...tried(["lie-access"], "half-size-softmax-8-read-heads-bounded-steps-cosine-1e-3-clip-running", {
    ...halfSort,
    change: (model) => ({ ...eightReadHeads(model), reading: "softmax" }) as TaskModel,
    training: { ...cosine, ...running, learningRate: 1e-3 },
  }),
];

/** At 0.001 none is below 135 bits after 60,000 sequences; the LSTM, without a memory, has 155. */
export const ngramsAttempts: readonly Attempt[] = [
  ...tried([...shifts, "lstm"], "recipe", { training: { learningRate: 1e-3 } }),
  ...tried(["ntm"], "rate-3e-3"),
  ...tried(["ntm"], "rate-3e-3-200k", { training: { sequences: 200_000 } }),
  ...tried(["ntm", "ntm-wide"], "rate-1e-2", { training: { learningRate: 1e-2 } }),
  ...tried(reaches, "cosine-1e-2", { training: cosine }),
  ...tried(["ntm", "ntm-wide"], "cosine-3e-3-200k", {
    training: { ...cosine, learningRate: 3e-3, sequences: 200_000 },
  }),
  ...tried(["ntm", "ntm-wide"], "clip-1-200k", {
    training: { ...clipped, learningRate: 3e-3, sequences: 200_000 },
  }),
  ...tried(["ntm", "ntm-wide"], "rate-1e-2-clip-running", { training: running }),
  // at the rate that is steadier
  ...tried(["ntm", "ntm-wide"], "clip-running-200k", {
    training: { ...running, learningRate: 3e-3, sequences: 200_000 },
  }),
  ...tried(["dnc"], "rate-3e-3-200k", { training: { sequences: 200_000 } }),
  // not ended where three points in a row are below 135: is what is left the noise of a rate that stays? It isn't
  ...[100_000, 200_000].flatMap((sequences) =>
    tried(["ntm-wide"], `clip-running-cosine-3e-3-whole-${sequences / 1000}k`, {
      training: { ...cosine, ...running, learningRate: 3e-3, sequences, stopAfter: undefined },
    }),
  ),
];

/** On digits of 80 points, ended early, so that they say how many sequences it takes. */
const soonest = { sequences: 60_000, stopAfter: 3 };
const hundred = { lengths: [80], sequences: 100 };
export const digitsAttempts: readonly Attempt[] = [
  ...tried(shifts, "recipe", { test: hundred, training: soonest }),
  ...tried(shifts, "rate-3e-3", { test: hundred, training: { ...soonest, learningRate: 3e-3 } }),
];
