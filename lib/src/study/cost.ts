import { median, rankSum, summarize } from "../stats/index.js";
import { UserError } from "../support/user-error.js";
import { byModel, firstBad, type Metric, type Tested } from "./metric.js";
import { costChecks } from "./reproduction.js";
import type { TaskRecord } from "./task-schema.js";
import { costTable, guessBits } from "./task-summary.js";

/**
 * Costs on a task in bits per sequence, compared run against run at every test length by exact rank sums: they are
 * spread over orders of magnitude, and seeds don't pair them.
 */
export const cost: Metric<TaskRecord> = {
  name: "cost",
  unit: "points",
  outcome({ sequencesToConverge: at, curve, diverged }) {
    if (diverged) return `diverged in step ${diverged.step}: cost ${diverged.cost}${firstBad(diverged.tensor)}`;
    return at === null
      ? `not converged (${curve.at(-1)?.cost.toPrecision(2)} bits)`
      : `converged after ${at} sequences`;
  },
  learned: (runs) => 2 * runs.filter(({ sequencesToConverge }) => sequencesToConverge !== null).length >= runs.length,
  bestRate: chooseTaskRate,
  compare(runs, pairs) {
    const models = new Map(byModel(runs).map((own) => [own[0]!.name, own]));
    const lengths = runs[0]?.config.test.lengths ?? [];
    return lengths.flatMap((length, place) =>
      pairs.flatMap(([model, against]): Tested[] => {
        const [own, others] = [models.get(model), models.get(against)];
        if (!own || !others) return [];
        const [first, second] = [costsAt(own, length), costsAt(others, length)];
        const { below, p } = rankSum(first, second);
        const blind = Math.min(median(first), median(second)) >= guessBits(own[0]!, length);
        return [
          {
            part: own[0]!.protocol,
            length,
            place,
            model,
            against,
            seeds: Math.min(first.length, second.length),
            mean: null,
            sd: null,
            interval: null,
            t: null,
            better: below,
            favours: below > 0.5,
            learned: !blind && (cost.learned(own) || cost.learned(others)),
            p,
            // of costs that all differ
            leastP: rankSum(
              first.map((_, i) => i),
              second.map((_, i) => first.length + i),
            ).p,
          },
        ];
      }),
    );
  },
  summaryTable: costTable,
  reproduced: costChecks,
};

function costsAt(records: readonly TaskRecord[], length: number): number[] {
  return records.map(({ tests }) => tests.find((point) => point.length === length)!.cost);
}

/** Points at the end of a curve that a tuning run is judged by: the cost of single thousands of sequences jumps. */
const LAST_POINTS = 3;

/**
 * The learning rate whose runs end with the lowest mean cost of training; one that diverged can't be chosen unless all
 * did.
 *
 * @returns one of the rates of the records
 * @throws UserError without records
 */
export function chooseTaskRate(records: readonly TaskRecord[]): number {
  if (records.length === 0) throw new UserError("there are no tuning runs to choose a learning rate from");
  const rates = [...new Set(records.map(({ config }) => config.training.learningRate))].sort((a, b) => a - b);
  const end = ({ curve, diverged }: TaskRecord) =>
    diverged ? Number.POSITIVE_INFINITY : summarize(curve.slice(-LAST_POINTS).map((point) => point.cost)).mean;
  const mean = (rate: number) =>
    summarize(records.filter(({ config }) => config.training.learningRate === rate).map(end)).mean;
  return rates.reduce((best, rate) => (mean(rate) < mean(best) ? rate : best));
}
