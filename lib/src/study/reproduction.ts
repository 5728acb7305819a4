import { median, rankSum, summarize } from "../stats/index.js";
import { byModel, type Published, type ReproductionCheck } from "./metric.js";
import { summarizeModels } from "./model-summary.js";
import type { RunRecord } from "./schema.js";
import type { TaskRecord } from "./task-schema.js";

/** Standard errors that a difference of means may have: three in a thousand checks of a right program are outside. */
const ERRORS = 3;

/** Assumed at the least: a few runs may happen to be equal. */
const LEAST_SPREAD = 0.01;

/**
 * Compares accuracies of this machine with the committed ones of the same seeds, and with what was published.
 *
 * Committed: on a processor of the same kind both are equal to the last bit. On another one rounding differs, training
 * multiplies that, and two runs of a seed differ as much as two seeds; so the difference of the means may be three
 * standard errors of that, from the committed runs' spread. Published: a single run, plausible when it lies in the 95 %
 * prediction interval of one more run.
 *
 * @param own this machine's, @param committed of which those with other seeds are left out
 * @returns accuracies and tolerances as fractions; at most two checks a part and model
 * @throws UserError when they aren't run records
 * @internal
 */
export function accuracyChecks(
  own: readonly RunRecord[],
  committed: readonly RunRecord[],
  published?: Published<RunRecord>,
): ReproductionCheck[] {
  return byModel(own).flatMap((mine) => {
    const { protocol: part, name: model } = mine[0]!;
    const all = committed.filter((record) => record.protocol === part && record.name === model);
    const [summary] = summarizeModels(mine, published);
    const mean = (runs: readonly RunRecord[]) => summarize(accuracies(runs)).mean;
    const checks: ReproductionCheck[] = [];
    const theirs = withSeedsOf(all, mine);
    if (theirs.length > 0) {
      const spread = Math.max(summarize(accuracies(all)).sd, LEAST_SPREAD);
      const tolerance = ERRORS * spread * Math.sqrt(2 / theirs.length);
      const [expected, got] = [mean(theirs), mean(withSeedsOf(mine, all))];
      const inside = Math.abs(got - expected) <= tolerance;
      checks.push({
        part,
        model,
        against: "committed",
        seeds: theirs.length,
        expected,
        got,
        tolerance,
        p: null,
        inside,
      });
    }
    const { published: expected, single, seeds, mean: got } = summary!;
    if (expected !== null && single) {
      const tolerance = (single.high - single.low) / 2;
      const inside = Math.abs(got - expected) <= tolerance;
      checks.push({ part, model, against: "published", seeds, expected, got, tolerance, p: null, inside });
    }
    return checks;
  });
}

const accuracies = (records: readonly RunRecord[]) => records.map(({ result }) => result.testAccuracy);

/** Those of some runs whose seeds others have too. */
function withSeedsOf<R extends { seed: number }>(runs: readonly R[], others: readonly R[]): R[] {
  const seeds = new Set(others.map(({ seed }) => seed));
  return runs.filter(({ seed }) => seeds.has(seed));
}

/** Three in a thousand checks of a right program are outside. */
const RARE = 0.003;

/**
 * Compares costs of this machine with the committed ones of the same seeds. What converges on one processor may not on
 * another, so all that is asked is that the costs could be of the same distribution.
 *
 * @param own this machine's, @param committed of which those with other seeds are left out
 * @returns costs in bits per sequence; a check a part and model that has runs of the same seeds
 * @throws UserError for a cost that isn't a number
 * @internal
 */
export function costChecks(own: readonly TaskRecord[], committed: readonly TaskRecord[]): ReproductionCheck[] {
  return byModel(own).flatMap((all): ReproductionCheck[] => {
    const { protocol: part, name: model } = all[0]!;
    const others = committed.filter((record) => record.protocol === part && record.name === model);
    const [mine, theirs] = [withSeedsOf(all, others), withSeedsOf(others, all)];
    if (mine.length === 0) return [];
    const costs = (records: readonly TaskRecord[]) => records.map(({ tests }) => tests[0]!.cost);
    const { p } = rankSum(costs(mine), costs(theirs));
    const [expected, got] = [median(costs(theirs)), median(costs(mine))];
    return [
      { part, model, against: "committed", seeds: mine.length, expected, got, tolerance: null, p, inside: p >= RARE },
    ];
  });
}
