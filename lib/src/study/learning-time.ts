import { median, summarize } from "../stats/index.js";
import { byRanks, cost, endOf } from "./cost.js";
import { bestRateBy, byModel, type Metric, type Tested } from "./metric.js";
import type { TaskRecord } from "./task-schema.js";

/** Sequences until a run has learned its task; one that hasn't is later than all that have. @internal */
export const learnedAfter = (run: TaskRecord): number => run.sequencesToConverge ?? Number.POSITIVE_INFINITY;

/**
 * How soon a task is learned, compared run against run by exact rank sums of the sequences until then. Where runs end once
 * they have learned, their costs say when they were ended; this says which model needs less. A learning rate is chosen by
 * the lowest median of these sequences. All else is as by `cost`.
 */
export const learningTime: Metric<TaskRecord> = {
  ...cost,
  oncePerPair: true,
  // what is compared is what a rate is chosen by; where half of the runs haven't learned, their cost decides
  bestRate: (tuning) => bestRateBy(tuning, (runs) => [median(runs.map(learnedAfter)), summarize(runs.map(endOf)).mean]),
  compare(runs, pairs) {
    const models = new Map(byModel(runs).map((own) => [own[0]!.name, own]));
    return pairs.flatMap(([model, against]): Tested[] => {
      const [own, others] = [models.get(model), models.get(against)];
      if (!own || !others) return [];
      const learned = cost.learned(own) || cost.learned(others);
      const { protocol: part, config } = own[0]!;
      const length = config.test.lengths[0]!;
      const after = byRanks(own.map(learnedAfter), others.map(learnedAfter));
      return [{ part, length, place: 0, model, against, ...after, learned }];
    });
  },
};
