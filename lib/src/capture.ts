/**
 * All of tfjs-capture, for this library's files: it loads tfjs-node, so the environment has to be set before. Other
 * files import only parts of that package that don't load it.
 */
import "./tensorflow/environment.js";

export * from "tfjs-capture";
export { CapturedTrainer } from "tfjs-capture/dist/src/training/captured-trainer.js";
