import { checkRecords, modelNames } from "./comparison.js";
import { flatness } from "./flatness.js";
import type { RunRecord } from "./schema.js";
import { atBestValidation } from "./selection.js";
import { bootstrapMean, type Interval, meanWilson, summarize } from "./statistics/index.js";

/** A model's runs of one protocol in numbers. Accuracies are fractions, on the test set, after the last epoch if not said otherwise. */
export interface ModelSummary {
  model: string;
  parameters: number;
  seeds: number;
  /** runs whose loss became NaN or infinite; they count with the accuracy they were left with */
  diverged: number;
  /** trials of the runs' own searches for a learning rate whose loss became NaN or infinite; each scored 0 in its search */
  divergedTrials: number;
  /** trials of all searches together; 0 where the learning rate was fixed */
  trials: number;
  /** the one that all runs have; null when each run searched its own */
  learningRate: number | null;
  mean: number;
  /** between seeds; null for one seed */
  sd: number | null;
  /** 95 % bootstrap interval of the mean over the seeds: what more seeds would narrow; null for one seed */
  interval: Interval | null;
  /** 95 % Wilson interval of the mean accuracy: what the choice of the test samples leaves open, which seeds don't narrow */
  testSet: Interval;
  /** mean after the epoch with the best validation accuracy; null without a validation set */
  atBestValidation: number | null;
  /** mean changes over the last tenth of the epochs, as a share (`flatness`); null where nothing is known */
  lastTenth: { trainLoss: number | null; validationLoss: number | null };
}

/**
 * Models in the order in which they first occur.
 *
 * @returns accuracies as fractions, losses in nats
 * @throws UserError when they aren't run records
 */
export function summarizeModels(records: readonly RunRecord[]): ModelSummary[] {
  checkRecords(records);
  return modelNames(records).map((model) => summaryOf(records.filter((record) => record.name === model)));
}

function summaryOf(runs: readonly RunRecord[]): ModelSummary {
  const { name, parameters, result } = runs[0]!;
  const accuracies = runs.map((run) => run.result.testAccuracy);
  const { n, mean, sd } = summarize(accuracies);
  const rates = new Set(runs.map((run) => run.learningRate));
  const best = atBestValidation(runs).map((run) => run.result.testAccuracy);
  const trials = runs.flatMap((run) => run.trials);
  const ends = runs.flatMap((run) => flatness(run) ?? []);
  const meanOf = (values: number[]) => (values.length > 0 ? summarize(values).mean : null);
  return {
    model: name,
    parameters,
    seeds: n,
    diverged: runs.filter((run) => run.diverged).length,
    divergedTrials: trials.filter(({ trainLoss }) => trainLoss === null).length,
    trials: trials.length,
    learningRate: rates.size === 1 ? runs[0]!.learningRate : null,
    mean,
    sd: n > 1 ? sd : null,
    interval: bootstrapMean(accuracies),
    testSet: meanWilson(Math.min(mean, 1) * result.of, result.of),
    atBestValidation: meanOf(best),
    lastTenth: {
      trainLoss: meanOf(ends.map((end) => end.trainLoss)),
      validationLoss: meanOf(ends.flatMap((end) => end.validationLoss ?? [])),
    },
  };
}
