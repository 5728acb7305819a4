import { type RankSum, rankSum } from "../../src/stats/index.js";
import { studies } from "../../src/studies/index.js";
import { type Comparison, compare, completed, learnedAfter, type TaskRecord } from "../../src/study/index.js";
import { hasConverged, type TaskModel } from "../../src/training/index.js";
import { longParts, long as longRuns, two } from "./claim.js";

/** Runs of `long` of the models that have all their seeds, and their planned comparisons. */
export const judged = completed(studies.long, longRuns);
export const planned = compare(studies.long, judged);
/** The runs of a model on a task that are there. */
export const runsOf = (task: string, model: string) =>
  longRuns.filter(({ protocol, name }) => protocol === `long-${task}` && name === model);

/** How many of a model's ten runs learned a task. */
export function learned(task: string, model: string): number {
  const runs = runsOf(task, model);
  return runs.length === 10
    ? runs.filter(({ sequencesToConverge }) => sequencesToConverge !== null).length
    : Number.NaN;
}

/** In how many runs the share of test sequences of a length without a wrong answer is as it should be. */
export const perfect = (task: string, model: string, length: number, fits: (share: number) => boolean) =>
  runsOf(task, model).filter(({ tests }) => fits(tests.find((one) => one.length === length)!.perfect)).length;

export function pair(task: string, model: string, against: string): Comparison {
  return planned.find((one) => one.part === `long-${task}` && one.model === model && one.against === against)!;
}

/** How soon runs learned their task against others: one that didn't is later than all that did. */
export function sooner(runs: readonly TaskRecord[], others: readonly TaskRecord[]): RankSum {
  return rankSum(runs.map(learnedAfter), others.map(learnedAfter));
}

/** Their costs in the test at a length. */
export function cheaper(runs: readonly TaskRecord[], others: readonly TaskRecord[], length: number): RankSum {
  const costs = (of: readonly TaskRecord[]) => of.map(({ tests }) => tests.find((one) => one.length === length)!.cost);
  return rankSum(costs(runs), costs(others));
}

/** How many runs have three points of their curve in a row below the threshold at its end. */
export const strictly = (runs: readonly TaskRecord[]): number =>
  runs.filter(
    ({ curve, config, sequencesToConverge: at }) =>
      at !== null && hasConverged(curve, { ...config.training, stopAfter: 3 }),
  ).length;

/** Whether a comparison came out so, with that corrected p. */
export const found = (
  task: string,
  model: string,
  against: string,
  outcome: Comparison["outcome"],
  corrected: number,
) => {
  const one = pair(task, model, against);
  return one.outcome === outcome && two(one.corrected) === corrected;
};

/** The attempt of a model of that name. */
export const attempt = (task: string, model: string, variant: string) =>
  longParts
    .flatMap(({ tuning }) => tuning)
    .find((run) => run.protocol === `long-${task}-tune` && run.name === model && run.variant === variant)!;

/** Bits at the end of a training of so many sequences. */
export const endOf = ({ curve }: TaskRecord, sequences: number): number =>
  curve.at(-1)!.sequences === sequences ? curve.at(-1)!.cost : Number.NaN;

/** All evaluation runs that are there. */
export const frame = longParts.flatMap(({ evaluation }) => evaluation);

/** How a memory's contents start. */
export function startOf(initial: Extract<TaskModel, { kind: "ntm" }>["initial"]): string | undefined {
  if (typeof initial !== "object") return initial;
  return typeof initial.memory === "object" ? initial.memory.kind : initial.memory;
}
