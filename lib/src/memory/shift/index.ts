import type { ShiftConfig } from "../config.js";
import { discrete } from "./discrete.js";
import { gaussian } from "./gaussian.js";
import type { Shift } from "./shift.js";

export { discrete } from "./discrete.js";
export { gaussian } from "./gaussian.js";
export type { Shift } from "./shift.js";

/** The shift that a config describes. */
export function shiftOf(config: ShiftConfig): Shift {
  return config.kind === "discrete" ? discrete(config) : gaussian(config);
}
