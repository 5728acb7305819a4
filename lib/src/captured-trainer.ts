/**
 * The class of trainers, which notebooks print in their own way; see capture.ts for why the environment comes first.
 */
import "./tensorflow/environment.js";

export { CapturedTrainer } from "tfjs-capture/dist/src/training/captured-trainer.js";
