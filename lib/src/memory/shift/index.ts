export { AnnealConfig, DiscreteShiftConfig, GaussianShiftConfig } from "./config.js";
export { discrete } from "./discrete.js";
export { type GaussianOptions, gaussian } from "./gaussian.js";
export { mixture } from "./mixture.js";
export { MixtureShiftConfig, registerShift, ShiftConfig, shiftOf } from "./registry.js";
export type { Shift, ShiftContext } from "./shift.js";
