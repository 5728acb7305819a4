export { type FoundRecords, findRecords, ownStore, recordsOf, referenceStore } from "./find.js";
export {
  currentProtocol,
  experimentData,
  type ProtocolName,
  plan,
  protocolConfig,
  protocolNames,
  publishedAccuracy,
} from "./protocols.js";
export { type ModelResult, modelResults, type PairedDifference, pairedDifferences, resultTable } from "./results.js";
export { inputsOf, Runner, type RunOptions, type RunProgress, type RunSpec } from "./run.js";
export { type EpochPoint, RunConfig, RunRecord, SearchConfig, TrainingConfig, type TrialPoint } from "./schema.js";
export { percentText, type Summary, summarize } from "./statistics.js";
export { RunStore } from "./store.js";
export { type StudyOptions, type StudyProgress, study } from "./study.js";
