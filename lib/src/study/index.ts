export {
  type Attempt,
  accuracyAttempts,
  accuracyLimit,
  accuracyPlan,
  accuracyProtocol,
  accuracySeeds,
  accuracyTraining,
} from "./accuracy.js";
export { type AttemptResult, attemptResults, bestAttempt } from "./attempts.js";
export { type Claims, claims } from "./claims.js";
export { ALPHA, type Comparison, compareModels, modelNames, smallestP } from "./comparison.js";
export {
  type Degeneracy,
  DegeneracyRecord,
  degeneracyPath,
  measureDegeneracy,
  readDegeneracy,
} from "./degeneracy.js";
export {
  type FoundRecords,
  findRecords,
  ownStore,
  recordsOf,
  referenceStore,
  soundStore,
  taskStore,
  taskStores,
} from "./find.js";
export { FALLING, type Flatness, flatness } from "./flatness.js";
export { inputsOf } from "./inputs.js";
export { degeneracyOf } from "./measure-degeneracy.js";
export { type ModelSummary, summarizeModels } from "./model-summary.js";
export {
  currentProfile,
  currentProtocol,
  experimentData,
  type ProtocolName,
  plan,
  protocolConfig,
  protocolNames,
  publishedAccuracy,
} from "./protocols.js";
export { type OrderShare, orderShares, type Ranking, rankModels } from "./ranking.js";
export { type ReproductionCheck, reproductionChecks } from "./reproduction.js";
export { type ModelResult, modelResults, type PairedDifference, pairedDifferences, resultTable } from "./results.js";
export { Runner, type RunOptions, type RunProgress, type RunSpec } from "./run.js";
export {
  CosineConfig,
  type EpochPoint,
  RunConfig,
  RunRecord,
  SearchConfig,
  TrainingConfig,
  type TrialPoint,
  TunedConfig,
} from "./schema.js";
export { atBestValidation, bestValidation, chooseRate, type RateChoice, type RateScore } from "./selection.js";
export {
  type EvaluationPlan,
  evaluationPlan,
  type SoundGroup,
  soundGroups,
  soundSeeds,
  soundTraining,
  soundTuning,
  tuningPlan,
  withModels,
} from "./sound.js";
export { findSound, type SoundRecords, soundStudy } from "./sound-study.js";
export * from "./statistics/index.js";
export { ContinuedStore, RecordStore, RunStore, type SpecOf } from "./store.js";
export { type AnyRecord, type AnySpec, type StudyOptions, type StudyProgress, study } from "./study.js";
export { comparisonTable, summaryTable } from "./tables.js";
export { taskRecords } from "./task-records.js";
export * from "./tasks/index.js";
export {
  loadTrained,
  loadTrainedTask,
  saveTrained,
  type TrainedModel,
  TrainedRecipe,
  TrainedTaskRecipe,
} from "./trained.js";
export { trainedFolders, trainedNames, trainedPlan } from "./trained-plan.js";
export { trainedTaskNames, trainedTaskSpec } from "./trained-tasks.js";
