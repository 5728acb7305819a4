import { UserError } from "../support/user-error.js";
import type { EpochPoint, RunRecord } from "./schema.js";

/**
 * The epoch with the highest validation accuracy; of equals the one with the lowest validation loss. Undefined without
 * a validation set.
 */
export function bestValidation(curve: readonly EpochPoint[]): RunRecord["result"]["bestValidation"] {
  let best: EpochPoint | undefined;
  for (const point of curve) {
    if (point.validationAccuracy === undefined) return undefined;
    if (!best || isBetter(scoreOf(point), scoreOf(best))) best = point;
  }
  return best && { epoch: best.epoch, validationAccuracy: best.validationAccuracy!, testAccuracy: best.testAccuracy };
}

/**
 * The records that have a validation set, as if they had ended with the epoch of the best validation accuracy. A run
 * that broke in its first epoch has none and stays as it is.
 */
export function atBestValidation(records: readonly RunRecord[]): RunRecord[] {
  return records
    .filter(({ config }) => config.validation !== undefined)
    .map((record) => {
      const { bestValidation: best, of } = record.result;
      if (!best) return record;
      const { testAccuracy } = best;
      return { ...record, result: { ...record.result, testAccuracy, correct: Math.round(testAccuracy * of) } };
    });
}

/** How a learning rate did in its tuning runs. */
export interface RateScore {
  rate: number;
  runs: number;
  /** runs whose loss became NaN or infinite */
  diverged: number;
  /** mean after the last epoch; a run that diverged counts as 0 */
  accuracy: number;
  /** mean after the last epoch; infinite when a run diverged */
  loss: number;
}

/** A learning rate and why it was chosen. */
export interface RateChoice {
  /** highest mean validation accuracy; of equals, lowest mean validation loss */
  rate: number;
  /** when the chosen rate is the first or the last of the grid, a better one may lie outside */
  edge: "lowest" | "highest" | null;
  /** in the order of the rates, lowest first */
  scores: RateScore[];
}

/**
 * The learning rate of one model, chosen on the validation set alone.
 *
 * @param records tuning runs of the model, as many for each rate
 * @returns the rate, whether it is the lowest or highest of those tried, and every rate's mean validation accuracy (a
 *   fraction) and loss (nats)
 * @throws UserError when there are none, or one was made without a validation set
 */
export function chooseRate(records: readonly RunRecord[]): RateChoice {
  if (records.length === 0) throw new UserError("there are no tuning runs to choose a learning rate from");
  const rates = [...new Set(records.map((record) => record.learningRate))].sort((a, b) => a - b);
  const scores = rates.map((rate) =>
    rateScore(
      rate,
      records.filter((record) => record.learningRate === rate),
    ),
  );
  const best = scores.reduce((a, b) => (isBetter(b, a) ? b : a));
  const edge = best === scores[0] ? "lowest" : best === scores.at(-1) ? "highest" : null;
  return { rate: best.rate, edge: scores.length > 1 ? edge : null, scores };
}

function rateScore(rate: number, records: readonly RunRecord[]): RateScore {
  const ends = records.map(({ name, seed, curve, diverged }) => {
    if (diverged) return { accuracy: 0, loss: Number.POSITIVE_INFINITY };
    const score = scoreOf(curve.at(-1)!);
    if (Number.isNaN(score.accuracy))
      throw new UserError(`the run of ${name} with seed ${seed} has no validation accuracy`);
    return score;
  });
  const mean = (key: "accuracy" | "loss") => ends.reduce((sum, end) => sum + end[key], 0) / ends.length;
  const diverged = records.filter((record) => record.diverged).length;
  return { rate, runs: records.length, diverged, accuracy: mean("accuracy"), loss: mean("loss") };
}

function scoreOf({ validationAccuracy = Number.NaN, validationLoss = Number.NaN }: EpochPoint) {
  return { accuracy: validationAccuracy, loss: validationLoss };
}

function isBetter(a: { accuracy: number; loss: number }, b: { accuracy: number; loss: number }): boolean {
  return a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss);
}
