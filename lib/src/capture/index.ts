export { type Captured, capture } from "./capture.js";
export { CaptureError } from "./recorder.js";
