/** What the training step, which owns variables, needs of the capture engine beyond `capture` itself. */
export { checkInputs } from "./capture.js";
export type { CompileMode } from "./emit.js";
export { CaptureError } from "./error.js";
export type { Graph } from "./graph.js";
export { type Outcome, Program } from "./program.js";
export { RandomSource } from "./random/source.js";
export { activeRecorder, type Recorded, record } from "./recorder.js";
export { repeat } from "./repeat.js";
export { underGradient } from "./scan/isolate.js";
export { withSequenceSteps } from "./scan/steps.js";
