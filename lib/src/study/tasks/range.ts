import type { ShiftConfig } from "../../memory/config.js";
import { makeTask, type TaskOptions, testLengths } from "../../tasks/index.js";
import type { TaskModel } from "../../training/index.js";
import type { TaskGroup } from "./group.js";

type MemoryModel = Extract<TaskModel, { kind: "ntm" }>;

/** A memory of the study of long range with another shift. */
export const rangeMemory = (shift: MemoryModel["shift"], hidden = 96): MemoryModel => ({
  kind: "ntm",
  controller: "feedforward",
  hidden,
  slots: 48,
  width: 10,
  shift,
  initial: { memory: "learned", readWeights: "learned", writeWeights: "learned", readVector: "learned" },
  sharpening: "softmax",
  readout: "hidden+read",
});

/** One slot either way, as in the NTM paper's experiments. */
export const localShift: ShiftConfig = { kind: "discrete", offsets: [1, 0, -1] };
/** Up to ten slots either way: as far as any task here wants to jump in training. */
const wideShift: ShiftConfig = { kind: "discrete", offsets: Array.from({ length: 21 }, (_, i) => i - 10) };
const published: ShiftConfig = { kind: "gaussian", sigmaFloor: 0.1 };
/** The published shift with distances that wrap around for any delta. */
export const jumpingShift: ShiftConfig = { ...published, periodic: true };

/**
 * Memories that differ in the shift alone, and recurrent networks with about as many parameters. The wide discrete shift tells whether it is
 * the reach of a jump that matters, or that it is continuous; its controller is smaller, since it takes 21 outputs a head.
 */
export const rangeModels: Readonly<Record<string, TaskModel>> = {
  gru: { kind: "gru", hidden: 46 },
  lstm: { kind: "lstm", hidden: 39, forgetBias: 1 },
  ntm: rangeMemory(localShift),
  "ntm-wide": rangeMemory(wideShift, 64),
  dms: rangeMemory(published),
  "dms-periodic": rangeMemory(jumpingShift),
  mixture: rangeMemory({ kind: "mixture", of: [jumpingShift, localShift] }),
};

/** Slots of the memory in the published experiment. */
export const DIGIT_SLOTS = 20;

/** For tasks of one input a step, which leave a recurrent network fewer weights. */
const narrowModels: Readonly<Record<string, TaskModel>> = {
  ...rangeModels,
  gru: { ...rangeModels.gru!, hidden: 48 },
  lstm: { ...rangeModels.lstm!, hidden: 41 },
};

/** The same for every model. */
const training = { batch: 32, optimizer: "adam", schedule: "cosine", clipNorm: 10, reportEvery: 1000 } as const;
const rates = [3e-3, 1e-2, 3e-2];

/** A group of all the models, tested at once, twice and four times the longest length of the training. */
function group(
  name: string,
  task: TaskOptions,
  converged: number,
  {
    sequences = 40_000,
    models = rangeModels,
    seeds,
  }: { sequences?: number; models?: TaskGroup["models"]; seeds?: number } = {},
): TaskGroup {
  return {
    protocol: `range-${name}`,
    task,
    models,
    training: { ...training, sequences, converged },
    rates,
    test: { lengths: testLengths(makeTask(task)), sequences: 200 },
    ...(seeds === undefined ? {} : { seeds }),
  };
}

/** The models with the published memory of 20 slots, for steps by the hundred: a Gaussian's kernel grows with the square of the slots. */
const digitModels = Object.fromEntries(
  Object.entries(narrowModels).map(([name, model]) => [name, model.kind === "ntm" ? { ...model, slots: DIGIT_SLOTS } : model]),
);

/**
 * MNIST-1D's digits stretched: each length has a training of its own, since no digit of one length is a digit of another. A run has converged
 * when a digit costs less than half of what guessing costs.
 *
 * @param tunedOn the group whose tuning runs choose the learning rates; default: its own
 */
function stretched(points: number, tunedOn?: TaskGroup): TaskGroup {
  const one = group(`mnist1d-${points}`, { task: "mnist1d", lengths: [points, points] }, Math.log2(10) / 2, {
    models: digitModels,
    sequences: 32_000,
  });
  return {
    ...one,
    rates: [1e-3, 3e-3, 1e-2],
    test: { lengths: [points], sequences: 1000 },
    ...(tunedOn === undefined ? {} : { tunedOn }),
  };
}

const shortDigits = stretched(80);

/**
 * The tasks, small enough for ten seeds of every model: shorter sequences and fewer bits than in the NTM paper. A run has converged when its
 * cost stays below 0.1 bits a sequence; of sorting, where vectors with nearly the same priority can't be told apart, below 1; of n-grams below
 * 33, where the best possible predictor has 31.4; of digits below half of guessing.
 */
export const rangeGroups: readonly TaskGroup[] = [
  // ten more seeds than the others: the first ten left the main question open (p = 0.005, of which Holm's correction leaves nothing)
  group("jump-recall", { task: "jump-recall", bits: 6, lengths: [2, 10] }, 0.1, { sequences: 80_000, seeds: 20 }),
  group("copy", { task: "copy", bits: 6, lengths: [1, 10] }, 0.1),
  group("strided-reverse", { task: "strided-reverse", bits: 6, lengths: [1, 12] }, 0.1),
  group("associative-recall", { task: "associative-recall", bits: 6, vectors: 2, lengths: [2, 6] }, 0.1),
  group("repeat-copy", { task: "repeat-copy", bits: 6, lengths: [1, 5], repeats: [1, 5] }, 0.1),
  group("priority-sort", { task: "priority-sort", bits: 6, lengths: [10, 10] }, 1),
  group("ngrams", { task: "ngrams", n: 4, lengths: [50, 50] }, 33, { models: narrowModels }),
  shortDigits,
  stretched(160, shortDigits),
  stretched(320, shortDigits),
];

/** A group of the study of long range by its task: "copy", "mnist1d-80", ... */
export const rangeGroup = (name: string) => rangeGroups.find(({ protocol }) => protocol === `range-${name}`);
