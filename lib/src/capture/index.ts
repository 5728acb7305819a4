export { type Captured, type CaptureOptions, capture } from "./capture.js";
export type { CompileMode } from "./emit.js";
export { CaptureError } from "./error.js";
export { recordingFor } from "./recorder.js";
export { type ScanResult, type State, scan } from "./scan/scan.js";
