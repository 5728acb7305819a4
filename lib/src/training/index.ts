export {
  type AnnealedLayer,
  adam,
  badTensor,
  type Captured,
  CaptureError,
  type CaptureOptions,
  type CompileMode,
  captureTraining,
  classWeights,
  clipByGlobalNorm,
  clipByRunningNorm,
  clipByValue,
  cosine,
  type Loss,
  type Optimizer,
  rmsprop,
  type ScanResult,
  type Schedule,
  type State,
  sgd,
  softmaxCrossEntropy,
  type Trainer,
  type TrainerOptions,
} from "../capture.js";
export { type Augment, AugmentConfig, augmentation } from "./augment.js";
export { DivergedError, type Divergence } from "./diverged.js";
export { type Evaluation, evaluate, evaluateTask, type TaskEvaluation } from "./evaluate.js";
export { type TaskModel, taskLoss, taskModel, taskTensors, taskTrainer } from "./task-trainer.js";
export { type ScalarLog, tensorboardLog } from "./tensorboard.js";
export { type TrainOptions, train } from "./train.js";
export { type CostPoint, hasConverged, sequencesToConverge, type TrainTaskOptions, trainTask } from "./train-task.js";
export { firstRows, gather, type TrainingSet, trainingSet } from "./training-set.js";
