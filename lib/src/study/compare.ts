import { holm } from "../stats/index.js";
import { accuracy } from "./accuracy.js";
import { cost } from "./cost.js";
import { type Metric, modelNames, type Outcome, type Pair, type Tested } from "./metric.js";
import { checkRecords } from "./model-summary.js";
import { type AnyRecord, type AnySpec, isOnTask } from "./record.js";
import type { RunRecord } from "./schema.js";
import type { Family, Study } from "./study.js";

/** How two models compare on one part at one test length. */
export interface Comparison extends Tested {
  /** the question that it helps to answer */
  family: string;
  /** p, corrected by Holm for all comparisons of the family */
  corrected: number;
  /** whether `corrected` is below `ALPHA`, and one of the two has learned the task */
  real: boolean;
  outcome: Outcome;
}

/** A comparison of test accuracies. */
export interface AccuracyComparison extends Comparison {
  mean: number;
}

/** What runs of this kind are compared by. @internal */
export const metricOf = (run: AnySpec | AnyRecord): Metric => (isOnTask(run) ? cost : accuracy) as unknown as Metric;

/** Probability of a false claim, among all comparisons of a family, that is put up with. */
export const ALPHA = 0.05;

/**
 * The comparisons that a study planned, family by family, each corrected for all that its question asks, "neither
 * learned it" included: they were planned too.
 *
 * @param records evaluation runs of the study
 * @returns in the order of families, parts, lengths and pairs; pairs of which one has no runs are left out
 * @throws UserError for a cost that isn't a number, or records of different test sets
 */
export function compare<R extends AnyRecord>(study: Study<R>, records: readonly R[]): Comparison[] {
  return study.families.flatMap(({ question, pairs, parts, asTrained = false, partByPart = false }) => {
    const asked = records.filter(({ protocol }) => parts?.includes(protocol) ?? true);
    return compareAll(study.metric, asked, { question, pairs, asTrained, partByPart });
  });
}

/** As `compare`, of one family alone. */
export function compareAll<R extends AnyRecord>(
  metric: Metric<R>,
  records: readonly R[],
  { question, pairs, asTrained = false, partByPart = false }: Omit<Family, "parts">,
): Comparison[] {
  const parts = [...new Set(records.map(({ protocol }) => protocol))].map((part) => {
    const own = records.filter(({ protocol }) => protocol === part);
    const tested = metric.compare(own, pairs === "all" ? allPairs(modelNames(own)) : pairs);
    return asTrained ? tested.filter(({ place }) => place === 0) : tested;
  });
  return (partByPart ? parts : [parts.flat()]).flatMap((tested) => judged(question, tested));
}

function judged(family: string, tested: readonly Tested[]): Comparison[] {
  const corrected = holm(tested.map(({ p }) => p));
  // what Holm would leave if each came out as clearly as so many runs allow
  const least = holm(tested.map(({ leastP = 0 }) => leastP));
  return tested.map((one, i) => {
    const real = corrected[i]! < ALPHA && one.learned;
    return { family, ...one, corrected: corrected[i]!, real, outcome: outcomeOf(one, real, least[i]!) };
  });
}

function outcomeOf({ learned, favours }: Tested, real: boolean, least: number): Outcome {
  if (!learned) return "neither learned it";
  if (real) return favours ? "wins" : "loses";
  return least < ALPHA ? "tie" : "too few seeds";
}

/**
 * Compares test accuracies of models pair by pair over the seeds that both have.
 *
 * @param records of one part
 * @param pairs which ones; all of the records' models if left out. Holm's correction is for these
 * @returns in the order of the pairs; those without a seed in common are left out
 * @throws UserError when the records are of several parts, or of different test sets
 */
export function compareModels(records: readonly RunRecord[], pairs?: readonly Pair[]): AccuracyComparison[] {
  checkRecords(records);
  return judged("", accuracy.compare(records, pairs ?? allPairs(modelNames(records)))) as AccuracyComparison[];
}

/** The same comparison with the other model first. */
export function turned(comparison: AccuracyComparison): AccuracyComparison {
  const { model, against, mean, interval, favours, outcome } = comparison;
  const other: Partial<Record<Outcome, Outcome>> = { wins: "loses", loses: "wins" };
  return {
    ...comparison,
    model: against,
    against: model,
    mean: -mean,
    interval: interval && { low: -interval.high, high: -interval.low },
    favours: !favours,
    outcome: other[outcome] ?? outcome,
  };
}

function allPairs(names: readonly string[]): Pair[] {
  return names.flatMap((model, i) => names.slice(i + 1).map((against): Pair => [model, against]));
}
