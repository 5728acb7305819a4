/**
 * Functions of tensors, and training steps of tf.LayersModels, as one compiled graph.
 *
 * @module capture
 */
export { type Captured, type CaptureOptions, capture } from "./capture.js";
export type { CompileMode } from "./emit.js";
export { CaptureError } from "./error.js";
export { recordingFor } from "./recorder.js";
export { type ScanResult, type State, scan } from "./scan/scan.js";
export { sequenceSteps } from "./scan/steps.js";
export { UserError } from "./support/user-error.js";
export { badTensor } from "./training/bad-tensor.js";
export { captureTraining, type TrainerOptions } from "./training/capture-training.js";
export { classWeights, type Loss, softmaxCrossEntropy } from "./training/loss.js";
export { adam, clipByGlobalNorm, type Optimizer, sgd } from "./training/optimizer.js";
export { clipByValue, rmsprop } from "./training/rmsprop.js";
export { cosine, type Schedule } from "./training/schedule.js";
export type { AnnealedLayer, Trainer } from "./training/trainer.js";
