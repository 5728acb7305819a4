/** What the training step, which owns variables, needs of the capture engine beyond `capture` itself. */
export type { OpInput } from "./backend.js";
export { checkInputs } from "./capture.js";
export type { CompileMode } from "./emit.js";
export { CaptureError } from "./error.js";
export type { Graph } from "./graph.js";
export { record } from "./recorder.js";
export { type Repetition, repeat } from "./repeat.js";
export { Session } from "./session.js";
