import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";

/** What a memory carries from one step to the next, by name, each [batch, ...]. */
export type MemoryTensors = Record<string, Tensor>;

/** A trainable tensor that a memory needs besides what the controller says at each step. */
export interface LearnedWeight {
  /** of the weight in its layer, e.g. "initialMemory" */
  name: string;
  shape: number[];
  /**
   * values that it starts with, in the order of the flat tensor; those left out (undefined) are drawn uniformly from
   * +-1/sqrt(size)
   */
  values?: readonly (number | undefined)[];
  /** see `values`; default: all values are given */
  size?: number;
  /** false: kept with the model, but not trained; default true */
  trainable?: boolean;
}

/** What heads did at one step, for pictures and tests; read heads first on the heads' axis. */
export interface HeadsTrace {
  /** each head's weighting of the slots, [batch, heads, slots] */
  weights: Tensor3D;
  /** what the heads said, by name, [batch, heads, n]; NaN where a head has no such parameter */
  parameters: Record<string, Tensor3D>;
}

/**
 * What groups of heads said, on one axis of heads, NaN where a head has less or nothing of it.
 *
 * @param parts [batch, heads of the group, n] each; undefined: that group has none
 * @param heads how many there are in each group
 */
export function headsSideBySide(parts: readonly (Tensor3D | undefined)[], heads: readonly number[]): Tensor3D {
  const batch = parts.find((part) => part !== undefined)!.shape[0];
  const most = Math.max(...parts.map((part) => part?.shape[2] ?? 0));
  const full = parts.map((part, g) => {
    const missing = most - (part?.shape[2] ?? 0);
    if (missing === 0) return part!;
    const rest = tf.fill([batch, heads[g]!, missing], Number.NaN);
    return part ? tf.concat([part, rest], 2) : rest;
  });
  return tf.concat(full as Tensor3D[], 1);
}

/** What a memory did at one step, for pictures and tests. */
export interface MemoryTrace {
  heads: HeadsTrace;
  /** what is known of the slots themselves, by name, e.g. a DNC's usage, [batch, slots] each */
  slots?: Record<string, Tensor2D>;
}

/**
 * A memory that a controller writes to and reads from. At each step the controller's hidden state goes through the
 * memory's linear layers; what they say, `raw`, and the state give the new state and what is read. Whoever has a new
 * idea for a memory writes one file like `dnc.ts`, or a cell of a notebook, see `registerMemory`.
 */
export interface Memory<S extends MemoryTensors = MemoryTensors> {
  readonly kind: string;
  /**
   * how many numbers each of the linear layers gives, by the layer's name; `raw` has them side by side, in this order
   */
  readonly outputs: Readonly<Record<string, number>>;
  /** what these layers' biases start with: [index, value] pairs by the layer's name; the others are drawn */
  readonly starts?: Readonly<Record<string, readonly [index: number, value: number][]>>;
  /** numbers that one step reads: all read heads' vectors side by side */
  readonly reads: number;
  /** how many heads a trace has, read heads first */
  readonly heads: { readonly read: number; readonly write: number };
  /**
   * What is learned besides, for a controller of so many units. Two names have a meaning for all memories:
   * "initialReadVector", [reads], and "initialHidden", [hidden], are what the controller starts with; without them it
   * starts with zeros.
   */
  learned?(hidden: number): LearnedWeight[];
  /**
   * @param batch rows
   * @param steps of the sequence; undefined where it isn't known
   * @param learned the tensors of `learned`, by name
   * @returns the state before the first step
   */
  start(batch: number, steps: number | undefined, learned: Readonly<Record<string, Tensor>>): S;
  /**
   * @param raw [batch, sum of outputs], unbounded
   * @returns the new state, of the same shapes; what was read, [batch, reads]; and what the heads did
   */
  step(
    raw: Tensor2D,
    state: S,
    learned: Readonly<Record<string, Tensor>>,
  ): { state: S; read: Tensor2D; trace: MemoryTrace };
  /** What the slots hold, [batch, slots, width]. */
  contents(state: S): Tensor3D;
}
