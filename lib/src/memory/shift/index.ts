export { discrete } from "./discrete.js";
export { type GaussianOptions, gaussian } from "./gaussian.js";
export { mixture } from "./mixture.js";
export { registerShift, shiftOf, shifts } from "./registry.js";
export type {
  AnnealConfig,
  DiscreteShiftConfig,
  GaussianShiftConfig,
  MixtureShiftConfig,
  Shift,
  ShiftConfig,
  ShiftContext,
} from "./shift.js";
