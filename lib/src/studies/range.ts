import type { ShiftConfig } from "../memory/config.js";
import { cost } from "../study/cost.js";
import type { Study, TaskPart } from "../study/study.js";
import type { TaskRecord } from "../study/task-schema.js";
import { makeTask, type TaskOptions, testLengths } from "../tasks/index.js";
import type { TaskModel } from "../training/index.js";

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
 * Memories that differ in the shift alone, and recurrent networks with about as many parameters. The wide discrete
 * shift tells whether it is the reach of a jump that matters, or that it is continuous; its controller is smaller,
 * since it takes 21 outputs a head.
 */
export const rangeModels = {
  gru: { kind: "gru", hidden: 46 },
  lstm: { kind: "lstm", hidden: 39, forgetBias: 1 },
  ntm: rangeMemory(localShift),
  "ntm-wide": rangeMemory(wideShift, 64),
  dms: rangeMemory(published),
  "dms-periodic": rangeMemory(jumpingShift),
  mixture: rangeMemory({ kind: "mixture", of: [jumpingShift, localShift] }),
} as const satisfies Record<string, TaskModel>;

/** Slots of the memory in the published experiment. */
export const DIGIT_SLOTS = 20;

/** For tasks of one input a step, which leave a recurrent network fewer weights. */
const narrowModels: Readonly<Record<string, TaskModel>> = {
  ...rangeModels,
  gru: { ...rangeModels.gru, hidden: 48 },
  lstm: { ...rangeModels.lstm, hidden: 41 },
};

/** The same for every model. */
const training = { batch: 32, optimizer: "adam", schedule: "cosine", clipNorm: 10, reportEvery: 1000 } as const;
/** far from those of the evaluation */
const seeds = [1000, 1001];

/**
 * A task with all the models, tested at once, twice and four times the longest length of the training.
 *
 * @param converged bits per sequence below which a run has learned the task
 */
function part(
  name: string,
  task: TaskOptions,
  converged: number,
  own: Partial<TaskPart> & { sequences?: number } = {},
): TaskPart {
  const { sequences = 40_000, ...other } = own;
  return {
    name: `range-${name}`,
    task,
    models: rangeModels,
    training: { ...training, sequences, converged },
    learningRate: { rates: [3e-3, 1e-2, 3e-2], seeds },
    seeds: 10,
    test: { lengths: testLengths(makeTask(task)), sequences: 200 },
    ...other,
  };
}

/**
 * The models with the published memory of 20 slots, for steps by the hundred: a Gaussian's kernel grows with the square
 * of the slots.
 */
const digitModels = Object.fromEntries(
  Object.entries(narrowModels).map(([name, model]) => [
    name,
    model.kind === "ntm" ? { ...model, slots: DIGIT_SLOTS } : model,
  ]),
);

/**
 * MNIST-1D's digits stretched: each length has a training of its own, since no digit of one length is a digit of
 * another. A run has learned them when a digit costs less than half of what guessing costs.
 *
 * @param on the part whose tuning runs choose the learning rates; default: its own
 */
const stretched = (points: number, on?: TaskPart): TaskPart =>
  part(`mnist1d-${points}`, { task: "mnist1d", lengths: [points, points] }, Math.log2(10) / 2, {
    models: digitModels,
    sequences: 32_000,
    learningRate: { rates: [1e-3, 3e-3, 1e-2], seeds, ...(on ? { on } : {}) },
    test: { lengths: [points], sequences: 1000 },
  });

const shortDigits = stretched(80);

/**
 * Memories that differ in the shift alone, and networks without one, on tasks in which the addressing decides: small
 * enough for ten seeds of every model, with shorter sequences and fewer bits than in the NTM paper.
 */
export const range: Study<TaskRecord> = {
  name: "range",
  question: "Do continuous shifts help where heads have to jump?",
  parts: [
    // ten more seeds than the others: the first ten left the main question open (p = 0.005, of which Holm's correction
    // leaves nothing)
    part("jump-recall", { task: "jump-recall", bits: 6, lengths: [2, 10] }, 0.1, { sequences: 80_000, seeds: 20 }),
    part("copy", { task: "copy", bits: 6, lengths: [1, 10] }, 0.1),
    part("strided-reverse", { task: "strided-reverse", bits: 6, lengths: [1, 12] }, 0.1),
    part("associative-recall", { task: "associative-recall", bits: 6, vectors: 2, lengths: [2, 6] }, 0.1),
    part("repeat-copy", { task: "repeat-copy", bits: 6, lengths: [1, 5], repeats: [1, 5] }, 0.1),
    // vectors with nearly the same priority can't be told apart
    part("priority-sort", { task: "priority-sort", bits: 6, lengths: [10, 10] }, 1),
    // the best possible predictor has 31.4 bits
    part("ngrams", { task: "ngrams", n: 4, lengths: [50, 50] }, 33, { models: narrowModels }),
    shortDigits,
    stretched(160, shortDigits),
    stretched(320, shortDigits),
  ],
  metric: cost,
  families: [
    {
      question: "continuous shifts on tasks",
      pairs: [
        ["dms-periodic", "ntm"],
        ["dms-periodic", "ntm-wide"], // is it the reach of a jump that matters, or that it is continuous?
        ["dms-periodic", "lstm"],
        ["dms-periodic", "gru"],
        ["dms", "ntm"],
        ["mixture", "ntm"],
        ["mixture", "dms-periodic"],
      ],
    },
  ],
};
