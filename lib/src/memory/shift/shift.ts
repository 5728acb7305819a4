import type { Tensor } from "@tensorflow/tfjs-node";

/**
 * How a head may move its weighting along the slots. A shift says how many numbers of the head's output it takes and turns them into
 * a kernel of a circular convolution; whoever has a new idea for a shift writes one file like `discrete.ts`.
 */
export interface Shift {
  readonly kind: string;
  /** how many of the head's outputs the shift takes */
  readonly outputs: number;
  /** the value that each output starts with while the hidden state is 0; undefined: as its random bias has it */
  readonly start?: readonly (number | undefined)[];
  /** the relative slots that the kernel covers; positive moves to higher slots */
  offsets(slots: number): number[];
  /**
   * @param raw [batch, outputs] or [batch, heads, outputs], unbounded
   * @returns kernel with the offsets on the last axis, and the parameters that made it, by name, each [batch, n] or [batch, heads, n]
   */
  kernel<T extends Tensor>(raw: T, slots: number): { kernel: T; parameters: Record<string, T> };
}
