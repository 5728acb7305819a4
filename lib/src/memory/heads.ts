import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import type { HeadShiftsConfig } from "./config.js";
import {
  type Addressing,
  address,
  addressBy,
  type HeadParameters,
  headOutputs,
  headParameters,
  move,
  type Sharpen,
} from "./head.js";
import { headsSideBySide } from "./memory.js";
import { type Shift, type ShiftConfig, type ShiftContext, shiftOf } from "./shift/index.js";

/** Heads side by side that move alike, so that they are computed together. */
export interface HeadGroup {
  shift: Shift;
  heads: number;
}

/**
 * The shift of each head, read heads first.
 *
 * @param config one for all heads, or those of read and write heads apart, each one for all of them or a list of one
 *   for each
 * @returns [readHeads + writeHeads]
 * @throws UserError when a list is of another length
 * @internal
 */
export function shiftsOf(config: ShiftConfig | HeadShiftsConfig, readHeads: number, writeHeads: number): Shift[] {
  const of = "kind" in config ? { read: config, write: config } : config;
  // one object for equal configs: such heads can be computed together
  const made = new Map<string, Shift>();
  const each = (name: "read" | "write", heads: number) => {
    const part = of[name];
    const list = Array.isArray(part) ? part : new Array<ShiftConfig>(heads).fill(part);
    if (list.length !== heads) {
      throw new UserError(
        `shift.${name} is a list of ${list.length} for ${heads} ${name} heads: give one for each, or one for all`,
      );
    }
    return list.map((shift) => {
      const key = JSON.stringify(shift);
      if (!made.has(key)) made.set(key, shiftOf(shift));
      return made.get(key)!;
    });
  };
  return [...each("read", readHeads), ...each("write", writeHeads)];
}

/** Neighbouring heads with one shift. @returns in the order of the heads; together they have all of them @internal */
export function headGroups(shifts: readonly Shift[]): HeadGroup[] {
  const groups: HeadGroup[] = [];
  for (const shift of shifts) {
    const last = groups.at(-1);
    if (last?.shift === shift) last.heads++;
    else groups.push({ shift, heads: 1 });
  }
  return groups;
}

/** What heads said and every stage of their addressing, [batch, heads, ...]. */
export type AddressedHeads = HeadParameters<Tensor3D> & Addressing<Tensor3D>;

/**
 * One addressing step of all heads.
 *
 * @param memory [batch, slots, width]
 * @param previous [batch, heads, slots]
 * @param raw of each group its heads' linear outputs, [batch, heads * headOutputs(width, shift)]
 * @param contexts of each group
 * @returns where heads differ in kind, what a head hasn't of `shift` and of its parameters is NaN
 * @throws UserError when memory, weights and outputs don't fit together
 * @internal
 */
export function addressHeads(
  memory: Tensor3D,
  previous: Tensor3D,
  groups: readonly HeadGroup[],
  raw: readonly Tensor2D[],
  sharpen?: Sharpen,
  contexts: readonly ShiftContext[] = [],
): AddressedHeads {
  const [batch, , width] = memory.shape;
  const said = groups.map(({ shift, heads }, g) =>
    headParameters(tf.reshape(raw[g]!, [batch, heads, headOutputs(width, shift)]) as Tensor3D, width, shift),
  );
  if (groups.length === 1) {
    return { ...said[0]!, ...address(memory, previous, said[0]!, groups[0]!.shift, sharpen, contexts[0]) };
  }
  const together = (of: (head: HeadParameters<Tensor3D>) => Tensor3D) => tf.concat(said.map(of), 1) as Tensor3D;
  const common = {
    key: together(({ key }) => key),
    strength: together(({ strength }) => strength),
    gate: together(({ gate }) => gate),
    sharpening: together(({ sharpening }) => sharpening),
  };
  const sizes = groups.map(({ heads }) => heads);
  const filled = (tensors: (Tensor3D | undefined)[]) => headsSideBySide(tensors, sizes);
  const moved = (gated: Tensor3D) => {
    const each = tf.split(gated, sizes, 1) as Tensor3D[];
    const parts = each.map((part, g) => move(part, said[g]!.shift, groups[g]!.shift, contexts[g]));
    const names = new Set(parts.flatMap(({ parameters }) => Object.keys(parameters)));
    const parameters = [...names].map((name) => [name, filled(parts.map((part) => part.parameters[name]))]);
    return {
      shifted: tf.concat(
        parts.map(({ shifted }) => shifted),
        1,
      ) as Tensor3D,
      parameters: Object.fromEntries(parameters),
    };
  };
  return {
    ...common,
    shift: filled(said.map(({ shift }) => shift)),
    ...addressBy(memory, previous, common, moved, sharpen),
  };
}
