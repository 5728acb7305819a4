import { Speeds, workOf } from "../speeds.js";
import type { RecordStore } from "../store.js";
import { type StudyOptions, study } from "../study.js";
import { type RangeChoice, rangePlan, rangeSeeds, rangeTuningPlan } from "./plans.js";
import type { TaskRecord } from "./schema.js";

/** What a store holds of the study of long range. */
export interface RangeRecords {
  tuning: TaskRecord[];
  evaluation: TaskRecord[];
  /** how many of each the plan has */
  planned: { tuning: number; evaluation: number };
}

/** Without training anything. @throws UserError for an unknown task or model, or a damaged record */
export function findRange(
  store: Pick<RecordStore<TaskRecord>, "find">,
  choice: RangeChoice = {},
  seeds = rangeSeeds,
): RangeRecords {
  const tuning = rangeTuningPlan(choice);
  const pairs = new Set(tuning.map(({ protocol, name }) => `${protocol} ${name}`)).size;
  const found = (specs: typeof tuning) => specs.map((spec) => store.find(spec)).filter((record) => record !== undefined);
  const evaluation = rangePlan((spec) => store.find(spec), choice, seeds);
  return {
    tuning: found(tuning),
    evaluation: found(evaluation),
    planned: { tuning: tuning.length, evaluation: seeds * pairs },
  };
}

/**
 * Makes what the store lacks: first the tuning runs, then the evaluation at the learning rates that these chose; a study that was stopped goes on
 * where it stopped.
 *
 * @throws as `study`
 */
export async function rangeStudy(
  store: RecordStore<TaskRecord>,
  choice: RangeChoice = {},
  seeds = rangeSeeds,
  options: Omit<StudyOptions<TaskRecord>, "ahead" | "speeds"> = {},
): Promise<RangeRecords> {
  const speeds = new Speeds();
  const tuning = rangeTuningPlan(choice);
  // the learning rate isn't known yet, but it doesn't change the time
  const models = new Map(tuning.map((spec) => [`${spec.protocol} ${spec.name}`, workOf(spec.config)]));
  const ahead = [...models.values()].map(({ key, epochs }) => ({ key, epochs: seeds * epochs }));
  await study(tuning, store, { ...options, speeds, ahead });
  await study(
    rangePlan((spec) => store.find(spec), choice, seeds),
    store,
    { ...options, speeds },
  );
  return findRange(store, choice, seeds);
}
