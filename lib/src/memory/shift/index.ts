export { DiscreteShiftConfig, discrete } from "./discrete.js";
export { type GaussianOptions, GaussianShiftConfig, gaussian } from "./gaussian.js";
export { registerShift, ShiftConfig, shiftOf } from "./registry.js";
export type { Shift, ShiftContext } from "./shift.js";
