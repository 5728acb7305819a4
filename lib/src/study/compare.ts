import { holm } from "../stats/index.js";
import { show, UserError } from "../support/user-error.js";
import { accuracy } from "./accuracy.js";
import { checkStudy } from "./check-study.js";
import { cost } from "./cost.js";
import { type Metric, modelNames, type Outcome, type Pair, type Tested } from "./metric.js";
import { checkRecords } from "./model-summary.js";
import { type AnyRecord, type AnySpec, isOnTask } from "./record.js";
import type { RunRecord } from "./schema.js";
import { allPairs, type Part, pairsOf, partNames, plannedBy, type Study } from "./study.js";

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
 * learned it" included: they were planned too. Those whose runs are still to come count as p = 1, so that a corrected p
 * can only fall as runs are made.
 *
 * @param records evaluation runs of the study
 * @returns in the order of families, parts, lengths and pairs; pairs of which one has no runs are left out
 * @throws UserError for what is no study, runs of other studies, a cost that isn't a number, or records of different
 *   test sets
 */
export function compare<R extends AnyRecord>(study: Study<R>, records: readonly R[]): Comparison[] {
  checkStudy(study);
  checkOwn(study, records);
  return study.families.flatMap((family) => {
    const { question, parts, asTrained = false, partByPart = false } = family;
    const asked = records.filter(({ protocol }) => parts?.includes(protocol) ?? true);
    const planned = plannedBy(study.parts as readonly Part[], family, study.metric);
    const byPart = [...new Set(asked.map(({ protocol }) => protocol))].map((part) => {
      const own = asked.filter(({ protocol }) => protocol === part);
      const tested = study.metric.compare(own, pairsOf(family, modelNames(own)));
      return {
        tested: asTrained ? tested.filter(({ place }) => place === 0) : tested,
        planned: planned[part] ?? 0,
      };
    });
    if (partByPart) return byPart.flatMap((part) => judged(question, part.tested, part.planned));
    const all = Object.values(planned).reduce((sum, count) => sum + count, 0);
    return judged(
      question,
      byPart.flatMap(({ tested }) => tested),
      all,
    );
  });
}

/** Runs of other studies would be tests that a family never planned. */
function checkOwn<R extends AnyRecord>(study: Study<R>, records: readonly R[]): void {
  if (!Array.isArray(records as unknown))
    throw new UserError(`records is ${show(records)}, expected a list of runs of ${study.name}`);
  const own = partNames(study);
  const at = records.findIndex((record) => !own.includes(record?.protocol));
  if (at < 0) return;
  const odd = records[at];
  const what = odd?.protocol === undefined ? show(odd) : `of ${show(odd.protocol)}`;
  throw new UserError(`a record is ${what}, expected runs of study ${study.name}: ${own.join(", ")}`);
}

/** @param planned tests of the family, those that are to come included */
function judged(family: string, tested: readonly Tested[], planned = tested.length): Comparison[] {
  const toCome = Array.from({ length: planned - tested.length }, () => 1);
  const corrected = holm([...tested.map(({ p }) => p), ...toCome]);
  // what Holm would leave if each that is there came out as clearly as so many runs allow
  const least = holm([...tested.map(({ leastP = 0 }) => leastP), ...toCome]);
  return tested.map((one, i) => {
    const real = corrected[i]! < ALPHA && one.learned;
    return { family, ...one, corrected: corrected[i]!, real, outcome: outcomeOf(one, real, least[i]!) };
  });
}

function outcomeOf({ learned, favours }: Tested, real: boolean, least: number): Outcome {
  if (!learned) return "neither learned it";
  if (real) return favours ? "wins" : "loses";
  return least < ALPHA ? "undecided" : "too few seeds";
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
