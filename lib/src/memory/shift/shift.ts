import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import type { ShiftConfig } from "./config.js";

/** What a shift may use besides what its head says at this step. */
export interface ShiftContext {
  /** the shift's `learned` numbers, [learned], or [heads, learned] */
  learned?: Tensor | undefined;
  /** how much of the training is over, from 0 to 1; absent: all of it */
  progress?: Scalar | undefined;
}

/**
 * How a head may move its weighting along the slots. A shift says how many numbers of the head's output it takes and
 * turns them into a kernel of a circular convolution; whoever has a new idea for a shift writes one file like
 * `discrete.ts`, or a cell of a notebook.
 */
export interface Shift {
  readonly kind: string;
  /** what `shiftOf` makes the same shift from, so that a model can be given the shift itself, see `ntm` */
  readonly config?: ShiftConfig;
  /** how many of the head's outputs the shift takes, at least one */
  readonly outputs: number;
  /** the value that each output starts with while the hidden state is 0; undefined: as its random bias has it */
  readonly start?: readonly (number | undefined)[];
  /** numbers that a head learns for all steps alike, by the values they start with; undefined: drawn as a bias is */
  readonly learned?: readonly (number | undefined)[];
  /** whether the kernel depends on how much of the training is over */
  readonly annealed?: boolean;
  /** the relative slots that the kernel covers; positive moves to higher slots */
  offsets(slots: number): number[];
  /**
   * @param raw [batch, outputs] or [batch, heads, outputs], unbounded
   * @returns kernel with the offsets on the last axis, and the parameters that made it, by name, each [batch, n] or
   *   [batch, heads, n]
   */
  kernel(raw: Tensor, slots: number, context?: ShiftContext): { kernel: Tensor; parameters: Record<string, Tensor> };
}
