import type { LayersModel } from "@tensorflow/tfjs-node";
import type { ShiftConfig, ShiftsConfig } from "../memory/config.js";
import type { Shift } from "../memory/index.js";
import { show, UserError } from "../support/user-error.js";
import { buildModel } from "./build.js";
import type { NtmConfig } from "./config.js";

/** What of a memory model isn't left to the defaults of `ntm`. */
export interface NtmOptions extends Partial<Omit<NtmConfig, "kind" | "shift">> {
  /** a shift of all heads, or its config, or those of read and write heads apart */
  shift?: Shift | ShiftsConfig | { read: HeadShifts; write: HeadShifts };
}

/** One shift for all heads of a kind, or a list with one for each. */
type HeadShifts = Shift | ShiftConfig | readonly (Shift | ShiftConfig)[];

/**
 * A Neural Turing Machine in one line: a GRU of 64 units controls a memory of 20 slots of width 16, whose start is
 * learned, and whose heads shift by +1, 0 or -1. Inputs are sequences [batch, steps, 1] of any length, outputs logits
 * [batch, 10]. `buildModel` takes the same config in full.
 *
 * @param options what is to be different
 * @param seed of the initial weights
 * @returns an ordinary tf.LayersModel
 * @throws UserError when an option is wrong
 *
 * @example
 * const model = ntm({ features: 8, classes: 2, shift: gaussian({ periodic: true }) });
 */
export function ntm(options: NtmOptions = {}, seed = 0): LayersModel {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new UserError(`ntm: options are ${show(options)}, expected an object such as { shift: gaussian() }`);
  if (Array.isArray(options.shift))
    throw new UserError(`ntm: shift is ${show(options.shift)}, expected one shift, or { read, write }`);
  // what is undefined is left out, so that its default stays
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const { shift = { kind: "discrete", offsets: [1, 0, -1] }, ...others } = Object.fromEntries(given) as NtmOptions;
  const config: NtmConfig = {
    kind: "ntm",
    features: 1,
    hidden: 64,
    slots: 20,
    width: 16,
    initial: { memory: "learned", readWeights: "learned", writeWeights: "learned" },
    sharpening: "softmax",
    classes: 10,
    ...others,
    shift: configOf(shift) as ShiftsConfig,
  };
  return buildModel(config, seed);
}

/** The config of a shift, or of those of read and write heads. */
function configOf(shift: unknown): unknown {
  if (Array.isArray(shift)) return shift.map(configOf);
  if (typeof shift !== "object" || shift === null)
    throw new UserError(
      `ntm: shift is ${show(shift)}, expected a shift such as gaussian(), or its config { kind: "gaussian" }`,
    );
  // one of the two alone is told by the schema of configs
  if ("read" in shift || "write" in shift)
    return Object.fromEntries(Object.entries(shift).map(([heads, own]) => [heads, configOf(own)]));
  if (!("kernel" in shift)) return shift;
  const { kind, config } = shift as unknown as Shift;
  if (config) return config;
  throw new UserError(
    `ntm: the shift ${JSON.stringify(kind)} has no config: register it by registerShift and give its config`,
  );
}
