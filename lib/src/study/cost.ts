import { median, rankSum, summarize } from "../stats/index.js";
import {
  besideCommitted,
  bestRateBy,
  byModel,
  firstBad,
  type Metric,
  type ReproductionCheck,
  type Tested,
} from "./metric.js";
import type { TaskRecord } from "./task-schema.js";
import { guessBits } from "./task-summary.js";

/** Of the chance that costs are of one distribution: three in a thousand checks of a right program are outside. */
const RARE = 0.003;

/** Points at the end of a curve that a tuning run is judged by: the cost of single thousands of sequences jumps. */
const LAST_POINTS = 3;

/**
 * Costs on a task in bits per sequence, compared run against run at every test length by exact rank sums: they are
 * spread over orders of magnitude, and seeds don't pair them. A learning rate is chosen by the lowest mean cost at the
 * end of the training; one of which a run diverged can't be chosen unless all are like that.
 */
export const cost: Metric<TaskRecord> = {
  unit: "points",
  outcome({ sequencesToConverge: at, curve, diverged }) {
    if (diverged) return `diverged in step ${diverged.step}: cost ${diverged.cost}${firstBad(diverged.tensor)}`;
    return at === null
      ? `not converged (${curve.at(-1)?.cost.toPrecision(2)} bits)`
      : `converged after ${at} sequences`;
  },
  learned: (runs) => 2 * runs.filter(({ sequencesToConverge }) => sequencesToConverge !== null).length >= runs.length,
  bestRate: (tuning) => bestRateBy(tuning, (runs) => [summarize(runs.map(endOf)).mean]),
  compare(runs, pairs) {
    const models = new Map(byModel(runs).map((own) => [own[0]!.name, own]));
    const lengths = runs[0]?.config.test.lengths ?? [];
    return lengths.flatMap((length, place) =>
      pairs.flatMap(([model, against]): Tested[] => {
        const [own, others] = [models.get(model), models.get(against)];
        if (!own || !others) return [];
        const [first, second] = [costsAt(own, length), costsAt(others, length)];
        const blind = Math.min(median(first), median(second)) >= guessBits(own[0]!, length);
        const learned = !blind && (cost.learned(own) || cost.learned(others));
        return [{ part: own[0]!.protocol, length, place, model, against, ...byRanks(first, second), learned }];
      }),
    );
  },
  /**
   * What converges on one processor may not on another, so all that is asked is that the costs at the shortest test
   * length could be of the same distribution.
   */
  reproduced: (own, committed) =>
    besideCommitted(own, committed).flatMap(({ part, model, mine, theirs }): ReproductionCheck[] => {
      if (mine.length === 0) return [];
      const [ours, others] = [mine, theirs].map((records) => records.map(({ tests }) => tests[0]!.cost));
      const { p } = rankSum(ours!, others!);
      const [expected, got] = [median(others!), median(ours!)];
      const [seeds, inside] = [mine.length, p >= RARE];
      return [{ part, model, against: "committed", seeds, expected, got, tolerance: null, p, inside }];
    }),
};

/** What a rank-sum test says of two models by a value of each run, of which less is better. */
export function byRanks(first: readonly number[], second: readonly number[]) {
  const { below, interval, p } = rankSum(first, second);
  // of values that all differ
  const { p: leastP } = rankSum(
    first.map((_, i) => i),
    second.map((_, i) => first.length + i),
  );
  const seeds = Math.min(first.length, second.length);
  const paired = { mean: null, sd: null, t: null };
  return { seeds, ...paired, better: below, interval, favours: below > 0.5, p, leastP };
}

function costsAt(records: readonly TaskRecord[], length: number): number[] {
  return records.map(({ tests }) => tests.find((point) => point.length === length)!.cost);
}

/** What a run costs at the end of its training, bits; infinite if it diverged. */
export function endOf({ curve, diverged }: TaskRecord): number {
  return diverged ? Number.POSITIVE_INFINITY : summarize(curve.slice(-LAST_POINTS).map(({ cost }) => cost)).mean;
}
