export { RandomState, type Shuffleable } from "../support/random-state.js";
export { Mnist1dConfig, type Mnist1dOptions } from "./config.js";
export { type Mnist1d, makeMnist1d } from "./mnist1d.js";
export { CLASSES, STAGES, type Stage, type StageName, template, templates, traceSample } from "./sample.js";
export {
  cut,
  type Dataset,
  type Samples,
  sampleRow,
  stride,
} from "./samples.js";
export { gaussianFilter, resample } from "./signal.js";
export { type DatasetFile, ensureMnist1d, loadMnist1d, mnist1dFile, mnist1dName, saveMnist1d } from "./store.js";
