/**
 * Functions of tensors, and training steps of tf.LayersModels, as one compiled graph.
 *
 * @module capture
 */
export { type Captured, type CaptureOptions, capture } from "./capture.js";
export type { CompileMode } from "./emit.js";
export { recordingFor } from "./recorder.js";
export { type ScanResult, type State, scan, sequenceSteps } from "./scan/scan.js";
export { CaptureError, UserError } from "./support/user-error.js";
export { badTensor } from "./training/bad-tensor.js";
export { captureTraining, type TrainerOptions } from "./training/capture-training.js";
export { classWeights, type Loss, softmaxCrossEntropy } from "./training/loss.js";
export {
  adam,
  clipByGlobalNorm,
  clipByRunningNorm,
  clipByValue,
  cosine,
  type Optimizer,
  rmsprop,
  type Schedule,
  sgd,
} from "./training/optimizer.js";
export type { AnnealedLayer, Trainer } from "./training/trainer.js";
