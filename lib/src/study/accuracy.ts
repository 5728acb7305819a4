import { bootstrapMean, pairedT, percentText, signFlip, summarize, wilson } from "../stats/index.js";
import { UserError } from "../support/user-error.js";
import {
  besideCommitted,
  bestRateBy,
  byModel,
  firstBad,
  type Metric,
  type ReproductionCheck,
  type Tested,
} from "./metric.js";
import { accuraciesBySeed, checkRecords, summarizeModels } from "./model-summary.js";
import type { RunRecord } from "./schema.js";

/** Standard errors that a difference of means may have: three in a thousand checks of a right program are outside. */
const ERRORS = 3;

/** Assumed at the least: a few runs may happen to be equal. */
const LEAST_SPREAD = 0.01;

/**
 * Test accuracies after the last epoch, compared seed by seed: a seed gives all models the same order of the samples,
 * so their runs go together. Differences are tested by exact sign flips. Runs that diverged count with the accuracy
 * they were left with. A learning rate is chosen by the highest mean validation accuracy, of equals by the lowest mean
 * validation loss: the test set has no say.
 */
export const accuracy: Metric<RunRecord> = {
  unit: "epochs",
  outcome({ diverged, result: { testAccuracy, correct, of } }) {
    const reached = `test accuracy ${percentText(testAccuracy)} %, ${correct} of ${of}`;
    if (!diverged) return reached;
    const { epoch, step, loss, tensor } = diverged;
    return `diverged in epoch ${epoch}, step ${step}: loss ${loss}${firstBad(tensor)}; ${reached}`;
  },
  learned: (runs) => 2 * runs.filter(betterThanGuessing).length >= runs.length,
  bestRate: (tuning) => bestRateBy(tuning, validationLoss),
  compare(runs, pairs) {
    checkRecords(runs);
    const of = oneTestSet(runs);
    const bySeed = accuraciesBySeed(runs);
    const learned = new Set(byModel(runs).flatMap((own) => (accuracy.learned(own) ? [own[0]!.name] : [])));
    return pairs.flatMap(([model, against]): Tested[] => {
      const [one, other] = [bySeed.get(model), bySeed.get(against)];
      const differences = [...(one ?? [])].flatMap(([seed, correct]) =>
        other?.has(seed) ? [correct - other.get(seed)!] : [],
      );
      if (differences.length === 0) return [];
      const shares = differences.map((difference) => difference / of);
      const { n, mean, sd } = summarize(shares);
      return [
        {
          part: runs[0]!.protocol,
          length: null,
          place: 0,
          model,
          against,
          seeds: n,
          mean,
          sd: n > 1 ? sd : null,
          interval: bootstrapMean(shares),
          t: pairedT(differences)?.p ?? null,
          better: null,
          favours: mean > 0,
          learned: learned.has(model) || learned.has(against),
          p: signFlip(differences),
          leastP: 2 ** (1 - n),
        },
      ];
    });
  },
  /**
   * Committed: on a processor of the same kind both are equal to the last bit. On another one rounding differs,
   * training multiplies that, and two runs of a seed differ as much as two seeds; so the difference of the means may be
   * three standard errors of that, from the committed runs' spread. Published: a single run, plausible when it lies in
   * the 95 % prediction interval of one more run.
   */
  reproduced: (own, committed, published) =>
    besideCommitted(own, committed).flatMap(({ part, model, runs, others, mine, theirs }) => {
      const checks: ReproductionCheck[] = [];
      if (theirs.length > 0) {
        const spread = Math.max(accuracies(others).sd, LEAST_SPREAD);
        const [expected, got] = [accuracies(theirs).mean, accuracies(mine).mean];
        const tolerance = ERRORS * spread * Math.sqrt(2 / theirs.length);
        const inside = Math.abs(got - expected) <= tolerance;
        const seeds = theirs.length;
        checks.push({ part, model, against: "committed", seeds, expected, got, tolerance, p: null, inside });
      }
      const { published: expected, single, seeds, mean: got } = summarizeModels(runs, published)[0]!;
      if (expected !== null && single) {
        const tolerance = (single.high - single.low) / 2;
        const inside = Math.abs(got - expected) <= tolerance;
        checks.push({ part, model, against: "published", seeds, expected, got, tolerance, p: null, inside });
      }
      return checks;
    }),
};

const accuracies = (records: readonly RunRecord[]) => summarize(records.map(({ result }) => result.testAccuracy));

/** Whether a run names more samples right than guessing does, by the 95 % interval of its accuracy. */
function betterThanGuessing({ config, result }: RunRecord): boolean {
  return wilson(result.correct, result.of).low > 1 / config.model.classes;
}

/** Size of the test set that all records share. */
function oneTestSet(records: readonly RunRecord[]): number {
  const kinds = new Set(records.map(({ protocol, result }) => `${protocol}, ${result.of} test samples`));
  if (kinds.size > 1) throw new UserError(`the records are of ${[...kinds].join(" and of ")}: give those of one`);
  return records[0]?.result.of ?? 1;
}

/** By accuracy, then by loss; means after the last epoch. A run that diverged counts with the worst of both. */
function validationLoss(runs: readonly RunRecord[]): [negativeAccuracy: number, loss: number] {
  const ends = runs.map(({ name, seed, curve, diverged }) => {
    if (diverged) return { accuracy: 0, loss: Number.POSITIVE_INFINITY };
    const { validationAccuracy: accuracy, validationLoss: loss = Number.NaN } = curve.at(-1)!;
    if (accuracy === undefined) throw new UserError(`the run of ${name} with seed ${seed} has no validation accuracy`);
    return { accuracy, loss };
  });
  const mean = (key: "accuracy" | "loss") => ends.reduce((sum, end) => sum + end[key], 0) / ends.length;
  // accuracies that are equal as counts differ in the last bit of their means
  return [-Number(mean("accuracy").toPrecision(12)), mean("loss")];
}
