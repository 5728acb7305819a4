import { bootstrapMean, pairedT, percentText, signFlip, summarize, wilson } from "../stats/index.js";
import { UserError } from "../support/user-error.js";
import { byModel, firstBad, type Metric, type Tested } from "./metric.js";
import { accuraciesBySeed, accuracyTable, checkRecords } from "./model-summary.js";
import { accuracyChecks } from "./reproduction.js";
import type { RunRecord } from "./schema.js";
import { chooseRate } from "./selection.js";

/**
 * Test accuracies after the last epoch, compared seed by seed: a seed gives all models the same order of the samples,
 * so their runs go together. Differences are tested by exact sign flips. Runs that diverged count with the accuracy
 * they were left with.
 */
export const accuracy: Metric<RunRecord> = {
  name: "accuracy",
  unit: "epochs",
  outcome({ diverged, result: { testAccuracy, correct, of } }) {
    const reached = `test accuracy ${percentText(testAccuracy)} %, ${correct} of ${of}`;
    if (!diverged) return reached;
    const { epoch, step, loss, tensor } = diverged;
    return `diverged in epoch ${epoch}, step ${step}: loss ${loss}${firstBad(tensor)}; ${reached}`;
  },
  learned: (runs) => 2 * runs.filter(betterThanGuessing).length >= runs.length,
  bestRate: (tuning) => chooseRate(tuning).rate,
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
  summaryTable: accuracyTable,
  reproduced: accuracyChecks,
};

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
