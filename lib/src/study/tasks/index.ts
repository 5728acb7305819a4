export {
  chooseTaskRate,
  type RangeChoice,
  type RangeTask,
  rangeModels,
  rangePlan,
  rangeProtocol,
  rangeSeeds,
  rangeTasks,
  rangeTuning,
  rangeTuningPlan,
} from "./plans.js";
export { findRange, type RangeRecords, rangeStudy } from "./range-study.js";
export { LengthPoint, TaskRecord, TaskRunConfig, TaskTrainingConfig } from "./schema.js";
export { TaskRunner, type TaskRunSpec } from "./task-run.js";
