export { type Augment, AugmentConfig, augmentation } from "./augment.js";
export { type Evaluation, evaluate } from "./evaluate.js";
export { type Loss, softmaxCrossEntropy } from "./loss.js";
export { adam, clipByGlobalNorm, type Optimizer } from "./optimizer.js";
export { cosine, type Schedule } from "./schedule.js";
export { DivergedError, type TrainOptions, train } from "./train.js";
export { type AnnealedLayer, captureTraining, type Trainer, type TrainerOptions } from "./trainer.js";
export { firstRows, gather, type TrainingSet, trainingSet } from "./training-set.js";
