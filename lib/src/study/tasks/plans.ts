import { UserError } from "../../check.js";
import type { ShiftConfig } from "../../memory/config.js";
import { makeTask, type TaskOptions } from "../../tasks/index.js";
import { TaskConfig } from "../../tasks/registry.js";
import { type TaskModel, taskModel } from "../../training/index.js";
import { summarize } from "../statistics/index.js";
import { type TaskRecord, TaskRunConfig, type TaskTrainingConfig } from "./schema.js";
import type { TaskRunSpec } from "./task-run.js";

/** A task of the study of long range, and what is asked of it. */
export interface RangeTask {
  task: TaskOptions;
  /** sequences to train on */
  sequences: number;
  /** a run has converged when its cost stays below so many bits per sequence */
  converged: number;
}

/**
 * The tasks, small enough for ten seeds of every model: shorter sequences and fewer bits than in the NTM paper, tested at once, twice and four
 * times the longest length of the training.
 */
export const rangeTasks: Readonly<Record<string, RangeTask>> = {
  copy: { task: { task: "copy", bits: 6, lengths: [1, 10] }, sequences: 40_000, converged: 0.1 },
  "repeat-copy": {
    task: { task: "repeat-copy", bits: 6, lengths: [1, 5], repeats: [1, 5] },
    sequences: 40_000,
    converged: 0.1,
  },
  "associative-recall": {
    task: { task: "associative-recall", bits: 6, vectors: 2, lengths: [2, 6] },
    sequences: 40_000,
    converged: 0.1,
  },
  "priority-sort": { task: { task: "priority-sort", bits: 6, lengths: [10, 10] }, sequences: 40_000, converged: 1 },
  "jump-recall": { task: { task: "jump-recall", bits: 6, lengths: [2, 10] }, sequences: 40_000, converged: 0.1 },
  "strided-reverse": { task: { task: "strided-reverse", bits: 6, lengths: [1, 12] }, sequences: 40_000, converged: 0.1 },
};

const memory = (shift: Extract<TaskModel, { kind: "ntm" }>["shift"]): TaskModel => ({
  kind: "ntm",
  controller: "feedforward",
  hidden: 96,
  slots: 48,
  width: 10,
  shift,
  initial: { memory: "learned", readWeights: "learned", writeWeights: "learned", readVector: "learned" },
  sharpening: "softmax",
  readout: "hidden+read",
});
const discrete: ShiftConfig = { kind: "discrete", offsets: [1, 0, -1] };
const gaussian: ShiftConfig = { kind: "gaussian", sigmaFloor: 0.1 };
const periodic: ShiftConfig = { ...gaussian, periodic: true };

/** Memories that differ in the shift alone, and recurrent networks with about as many parameters. */
export const rangeModels: Readonly<Record<string, TaskModel>> = {
  gru: { kind: "gru", hidden: 46 },
  lstm: { kind: "lstm", hidden: 39, forgetBias: 1 },
  ntm: memory(discrete),
  dms: memory(gaussian),
  "dms-periodic": memory(periodic),
  mixture: memory({ kind: "mixture", of: [periodic, discrete] }),
};

/** The same for every model and task. */
const training: Omit<TaskTrainingConfig, "learningRate" | "sequences" | "converged"> = {
  batch: 32,
  optimizer: "adam",
  schedule: "cosine",
  clipNorm: 10,
  reportEvery: 1000,
};

/** Learning rates that are tried for every task and model, and the seeds of these runs, far from those of the evaluation. */
export const rangeTuning = { rates: [1e-3, 3e-3, 1e-2], seeds: [1000, 1001] };

/** Evaluation runs a task and model, seeds 0, 1, 2, ... */
export const rangeSeeds = 10;

/** Protocol of a task's evaluation runs; that of its tuning runs ends with "-tune". */
export const rangeProtocol = (task: string) => `range-${task}`;

/** Which tasks and models; default all. */
export interface RangeChoice {
  tasks?: readonly string[];
  models?: readonly string[];
}

function chosen({ tasks = Object.keys(rangeTasks), models = Object.keys(rangeModels) }: RangeChoice) {
  const wrong = tasks.find((name) => !rangeTasks[name]);
  if (wrong !== undefined)
    throw new UserError(`task is ${JSON.stringify(wrong)}, expected one of ${Object.keys(rangeTasks).join(", ")}`);
  const unknown = models.find((name) => !rangeModels[name]);
  if (unknown !== undefined)
    throw new UserError(`model is ${JSON.stringify(unknown)}, expected one of ${Object.keys(rangeModels).join(", ")}`);
  return tasks.flatMap((task) => models.map((model) => ({ task, model })));
}

function runConfig(taskName: string, model: string, learningRate: number): TaskRunConfig {
  const { task: options, sequences, converged } = rangeTasks[taskName]!;
  const task = makeTask(options);
  const longest = task.lengths[1];
  return TaskRunConfig.parse({
    task: TaskConfig.parse(options),
    model: taskModel(task, rangeModels[model]!),
    training: { ...training, sequences, learningRate, converged },
    test: { lengths: [longest, 2 * longest, 4 * longest], sequences: 200 },
  });
}

/** Every task and model with every rate and tuning seed. @throws UserError for an unknown task or model */
export function rangeTuningPlan(choice: RangeChoice = {}): TaskRunSpec[] {
  return chosen(choice).flatMap(({ task, model }) =>
    rangeTuning.seeds.flatMap((seed) =>
      rangeTuning.rates.map((rate) => ({
        protocol: `${rangeProtocol(task)}-tune`,
        name: model,
        variant: `rate${rate}`,
        seed,
        config: runConfig(task, model, rate),
      })),
    ),
  );
}

/**
 * The evaluation runs of the tasks and models whose tuning runs are all there, each at the learning rate that these chose.
 *
 * @param find looks up tuning runs, e.g. in a store
 */
export function rangePlan(
  find: (spec: TaskRunSpec) => TaskRecord | undefined,
  choice: RangeChoice = {},
  seeds = rangeSeeds,
): TaskRunSpec[] {
  return chosen(choice).flatMap(({ task, model }) => {
    const tuning = rangeTuningPlan({ tasks: [task], models: [model] }).map(find);
    if (tuning.some((record) => record === undefined)) return [];
    const config = runConfig(task, model, chooseTaskRate(tuning as TaskRecord[]));
    return Array.from({ length: seeds }, (_, seed) => ({ protocol: rangeProtocol(task), name: model, seed, config }));
  });
}

/** Points at the end of a curve that a tuning run is judged by: the cost of single thousands of sequences jumps. */
const LAST_POINTS = 3;

/** The learning rate whose runs end with the lowest mean cost of training; one that diverged can't be chosen unless all did. */
export function chooseTaskRate(records: readonly TaskRecord[]): number {
  if (records.length === 0) throw new UserError("there are no tuning runs to choose a learning rate from");
  const rates = [...new Set(records.map(({ config }) => config.training.learningRate))].sort((a, b) => a - b);
  const end = ({ curve, diverged }: TaskRecord) =>
    diverged ? Number.POSITIVE_INFINITY : summarize(curve.slice(-LAST_POINTS).map(({ cost }) => cost)).mean;
  const cost = (rate: number) => summarize(records.filter(({ config }) => config.training.learningRate === rate).map(end)).mean;
  return rates.reduce((best, rate) => (cost(rate) < cost(best) ? rate : best));
}
