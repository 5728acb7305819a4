/**
 * What programs and notebooks use most, by name. Everything else lies in a namespace for each part of the library,
 * which has its page here: `stats.wilson`, `memory.contentWeights`, `training.adam`. The namespace of the page `study`
 * is `records`: `records.study` makes the runs of a study.
 *
 * @module index
 */
export type { LayersModel, Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
export {
  capture,
  captureTraining,
  type Loss,
  type Optimizer,
  scan,
  softmaxCrossEntropy,
  type Trainer,
} from "./capture.js";
export * as dataset from "./dataset/index.js";
export {
  ensureMnist1d,
  type Mnist1d,
  Mnist1dConfig,
  mnist1dFile,
  RandomState,
  type Samples,
  sampleRow,
  stride,
  templates,
  traceSample,
} from "./dataset/index.js";
export * as display from "./display/index.js";
export {
  comparisonColumns,
  headWeights,
  interruptible,
  keptModel,
  keptModels,
  keptOnTask,
  mixShares,
  progress,
  recordGroups,
  show,
  showEach,
  showFigure,
  showMarkdown,
  showTable,
  summaryColumns,
  traceTask,
  trainMissing,
} from "./display/index.js";
export * as figures from "./figures/index.js";
export {
  accuracyCurves,
  accuracyStrip,
  addressingExamples,
  addressingWalkFigure,
  type CostCurve,
  classMeans,
  clickable,
  copyLengths,
  costCurves,
  differenceForest,
  digitsByLength,
  dimmed,
  focusEnds,
  focusOutcomes,
  kernelExplorer,
  lossComparison,
  modelTitle,
  rangeCosts,
  rankDiagram,
  renderSvg,
  type Spec,
  saveFigure,
  searchScatter,
  shiftKernel,
  shiftShares,
  shiftWeights,
  signalGrid,
  signalOverlay,
  taskOutcomes,
  taskTitle,
  taskTrace,
  weightsComparison,
  weightsHeatmap,
} from "./figures/index.js";
export * as memory from "./memory/index.js";
export {
  address,
  circularConvolution,
  discrete,
  gaussian,
  type HeadParameters,
  headOutputs,
  headParameters,
  type Memory,
  type MemoryTensors,
  mixture,
  registerShift,
  type Shift,
  type ShiftContext,
  shiftOf,
  wrap,
  wrapAll,
} from "./memory/index.js";
export * as models from "./models/index.js";
export {
  addressingWalk,
  buildModel,
  ModelConfig,
  type NtmConfig,
  NtmLayer,
  type NtmOptions,
  ntm,
  registerMemory,
} from "./models/index.js";
export * as porting from "./porting/index.js";
export { loadSafetensors, saveSafetensors, toStateDict } from "./porting/index.js";
export * as stats from "./stats/index.js";
export { percentText } from "./stats/index.js";
export {
  experimentData,
  focusVariants,
  publishedModels,
  rangeMemory,
  rangeModels,
  remadeStudy,
  soundModels,
  soundTraining,
  studies,
} from "./studies/index.js";
export * as records from "./study/index.js";
export {
  type AnyRecord,
  compare,
  compareModels,
  comparisonTable,
  findRecords,
  inputsOf,
  orderShares,
  publishedOf,
  RunConfig,
  Runner,
  RunRecord,
  recordsOf,
  type Study,
  summarizeModels,
  summaryTable,
  TaskRecord,
  type TrainedModel,
} from "./study/index.js";
export { type Project, project } from "./support/folders.js";
export { UserError } from "./support/user-error.js";
export * as tasks from "./tasks/index.js";
export { bits, makeTask, registerTask, Sheet, type Task } from "./tasks/index.js";
export { tensorflowVersion, tf } from "./tensorflow/tf.js";
export * as training from "./training/index.js";
export {
  DivergedError,
  evaluate,
  evaluateTask,
  gather,
  type TaskModel,
  type TrainingSet,
  taskModel,
  taskTrainer,
  train,
  trainingSet,
  trainTask,
} from "./training/index.js";
