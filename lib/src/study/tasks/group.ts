import { UserError } from "../../support/user-error.js";
import { makeTask, type TaskOptions } from "../../tasks/index.js";
import { TaskConfig } from "../../tasks/registry.js";
import { type TaskModel, taskModel } from "../../training/index.js";
import { checkSeeds } from "../protocols.js";
import { summarize } from "../statistics/index.js";
import { type TaskRecord, TaskRunConfig, type TaskTrainingConfig } from "./schema.js";
import type { TaskRunSpec } from "./task-run.js";

/** Runs that are compared with each other: one task, trained the same way, of several models. */
export interface TaskGroup {
  /** protocol of the evaluation runs; that of the tuning runs ends with "-tune" */
  protocol: string;
  task: TaskOptions;
  /** by the short names of their records */
  models: Readonly<Record<string, TaskModel>>;
  training: Omit<TaskTrainingConfig, "learningRate">;
  /** learning rates that are tried for each model; a single one is taken without a trial */
  rates: readonly number[];
  /** a group of the same models and rates whose tuning runs choose for this one as well; absent: it has its own */
  tunedOn?: TaskGroup;
  test: TaskRunConfig["test"];
  /** evaluation runs a model; absent: `taskSeeds` */
  seeds?: number;
}

/** Seeds of the tuning runs, far from those of the evaluation. */
export const tuningSeeds: readonly number[] = [1000, 1001];

/** Evaluation runs a task and model, seeds 0, 1, 2, ..., where the group doesn't say otherwise. */
export const taskSeeds = 10;

/**
 * Every model of a group with every rate and tuning seed; none where there is nothing to choose.
 *
 * @returns models * seeds * rates runs, or none
 */
export function taskTuningPlan({ tunedOn, ...own }: TaskGroup): TaskRunSpec[] {
  const group = tunedOn === undefined ? own : { ...tunedOn, models: own.models, rates: own.rates };
  if (group.rates.length < 2) return [];
  return Object.keys(group.models).flatMap((name) =>
    tuningSeeds.flatMap((seed) =>
      group.rates.map((rate) => ({
        protocol: `${group.protocol}-tune`,
        name,
        variant: `rate${rate}`,
        seed,
        config: configOf(group, name, rate),
      })),
    ),
  );
}

/**
 * The evaluation runs of the models whose tuning runs are all there, each at the learning rate that these chose.
 *
 * @param find looks up tuning runs, e.g. in a store
 * @returns model after model, seeds rising
 * @throws UserError when `seeds` is no number from 1 to 1,000
 */
export function taskPlan(
  group: TaskGroup,
  find: (spec: TaskRunSpec) => TaskRecord | undefined,
  seeds = group.seeds ?? taskSeeds,
): TaskRunSpec[] {
  checkSeeds(seeds);
  const tuning = taskTuningPlan(group);
  return Object.keys(group.models).flatMap((name) => {
    const records = tuning.filter((spec) => spec.name === name).map(find);
    if (records.some((record) => record === undefined)) return [];
    const rate = group.rates.length < 2 ? group.rates[0]! : chooseTaskRate(records as TaskRecord[]);
    const config = configOf(group, name, rate);
    return Array.from({ length: seeds }, (_, seed) => ({ protocol: group.protocol, name, seed, config }));
  });
}

function configOf({ task: options, models, training, test }: TaskGroup, name: string, learningRate: number): TaskRunConfig {
  return TaskRunConfig.parse({
    task: TaskConfig.parse(options),
    model: taskModel(makeTask(options), models[name]!),
    training: { ...training, learningRate },
    test,
  });
}

/** Points at the end of a curve that a tuning run is judged by: the cost of single thousands of sequences jumps. */
const LAST_POINTS = 3;

/**
 * The learning rate whose runs end with the lowest mean cost of training; one that diverged can't be chosen unless all did.
 *
 * @returns one of the rates of the records
 * @throws UserError without records
 */
export function chooseTaskRate(records: readonly TaskRecord[]): number {
  if (records.length === 0) throw new UserError("there are no tuning runs to choose a learning rate from");
  const rates = [...new Set(records.map(({ config }) => config.training.learningRate))].sort((a, b) => a - b);
  const end = ({ curve, diverged }: TaskRecord) =>
    diverged ? Number.POSITIVE_INFINITY : summarize(curve.slice(-LAST_POINTS).map(({ cost }) => cost)).mean;
  const cost = (rate: number) => summarize(records.filter(({ config }) => config.training.learningRate === rate).map(end)).mean;
  return rates.reduce((best, rate) => (cost(rate) < cost(best) ? rate : best));
}
