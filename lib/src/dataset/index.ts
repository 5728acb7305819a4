export { RandomState, type Shuffleable } from "../support/random-state.js";
export { Mnist1dConfig, type Mnist1dOptions } from "./config.js";
export { gaussianFilter, gaussianKernel } from "./filter.js";
export { type Mnist1d, makeMnist1d } from "./mnist1d.js";
export { linspace, resample } from "./resample.js";
export { STAGES, type Stage, type StageName, traceSample } from "./sample.js";
export {
  type ClassStatistics,
  classStatistics,
  cut,
  type Dataset,
  firstOfEachClass,
  type SamplePoint,
  type Samples,
  samplePoints,
  sampleRow,
  stride,
} from "./samples.js";
export { type DatasetFile, ensureMnist1d, loadMnist1d, mnist1dFile, mnist1dName, saveMnist1d } from "./store.js";
export { CLASSES, template, templates } from "./templates.js";
