export { accuracy } from "./accuracy.js";
export { Batch, Batches, batchesOf, ChosenRate, chosenRate, RateToChoose, specsOf } from "./batches.js";
export { checkStudy } from "./check-study.js";
export {
  type AccuracyComparison,
  ALPHA,
  type Comparison,
  compare,
  compareModels,
  metricOf,
  turned,
} from "./compare.js";
export { cost } from "./cost.js";
export {
  type Degeneracy,
  DegeneracyRecord,
  degeneracyOf,
  degeneracyPath,
  measureDegeneracy,
  readDegeneracy,
} from "./degeneracy.js";
export {
  anyStore,
  completed,
  countRuns,
  findRecords,
  madeHere,
  outdated,
  ownStore,
  type PartRecords,
  publishedOf,
  recordsOf,
  referenceStore,
  storeOf,
} from "./find.js";
export { learnedAfter, learningTime } from "./learning-time.js";
export { type StudyOptions, study } from "./make.js";
export { type Merged, mergeRecords } from "./merge.js";
export {
  type Metric,
  modelNames,
  type Outcome,
  type Pair,
  type Published,
  type ReproductionCheck,
  type Tested,
} from "./metric.js";
export { type ModelSummary, summarizeModels } from "./model-summary.js";
export { configOf, evaluationPlan, type Lookup, tuningOf, tuningPlan } from "./plan.js";
export { makeRuns, type PoolOptions, type ProcessUsage, type StudyProgress } from "./pool.js";
export { type OrderShare, orderShares, type Ranking, rankModels } from "./ranking.js";
export {
  type AnyRecord,
  type AnySpec,
  isOnTask,
  type RecordOf,
  type RunSpec,
  type SpecOf,
  sealed,
  type TaskRunSpec,
} from "./record.js";
export { type Kept, keepRecords, packRecords, RESTORE, ReferenceStore } from "./reference.js";
export { Runner } from "./run.js";
export type { RunOptions, RunProgress } from "./run-start.js";
export {
  bestValidation,
  CosineConfig,
  type EpochPoint,
  RunConfig,
  RunRecord,
  SearchConfig,
  TrainingConfig,
  type TrialPoint,
  TunedConfig,
} from "./schema.js";
export { inputsOf } from "./sets.js";
export { ContinuedStore, OtherConfigError, RecordStore, Records } from "./store.js";
export {
  type Attempt,
  type Contender,
  chosen,
  contenderOf,
  type Family,
  isTaskPart,
  type Part,
  partNames,
  partOf,
  type SetPart,
  type Study,
  type StudyChoice,
  type TaskPart,
  type Tuning,
} from "./study.js";
export { comparisonTable, summaryTable } from "./tables.js";
export { HeadUse, LengthPoint, TaskRecord, TaskRunConfig, TaskTrainingConfig } from "./task-schema.js";
export { guessBits, type LengthSummary, summarizeTasks, type TaskSummary } from "./task-summary.js";
export {
  loadTrained,
  type SetRecipe,
  saveTrained,
  type TaskRecipe,
  type TrainedModel,
  type TrainedRecipe,
} from "./trained.js";
