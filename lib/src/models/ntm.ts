import type { LayersModel } from "@tensorflow/tfjs-node";
import type { ShiftsConfig } from "../memory/config.js";
import type { Shift } from "../memory/index.js";
import { show, UserError } from "../support/user-error.js";
import { buildModel } from "./build.js";
import type { NtmConfig } from "./config.js";

/** What of a memory model isn't left to the defaults of `ntm`. */
export interface NtmOptions extends Partial<Omit<NtmConfig, "kind" | "shift">> {
  /** a shift of all heads, or the config of one, or those of read and write heads apart */
  shift?: Shift | ShiftsConfig;
}

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
    shift: configOf(shift),
  };
  return buildModel(config, seed);
}

function configOf(shift: Shift | ShiftsConfig): ShiftsConfig {
  if (typeof shift !== "object" || shift === null || Array.isArray(shift))
    throw new UserError(
      `ntm: shift is ${show(shift)}, expected a shift such as gaussian(), or its config { kind: "gaussian" }`,
    );
  if (!("kernel" in shift)) return shift;
  if (shift.config) return shift.config;
  throw new UserError(
    `ntm: the shift ${JSON.stringify(shift.kind)} has no config: register it by registerShift and give its config`,
  );
}
