export { DiscreteShiftConfig, discrete } from "./discrete.js";
export { AnnealConfig, type GaussianOptions, GaussianShiftConfig, gaussian } from "./gaussian.js";
export { MixtureShiftConfig, mixture } from "./mixture.js";
export { registerShift, ShiftConfig, shiftOf } from "./registry.js";
export type { Shift, ShiftContext } from "./shift.js";
