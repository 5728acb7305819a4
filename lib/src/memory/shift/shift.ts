import type { Tensor2D } from "@tensorflow/tfjs-node";

/**
 * How a head may move its weighting along the slots. A shift says how many numbers of the head's output it takes and turns them into
 * a kernel of a circular convolution; whoever has a new idea for a shift writes one file like `discrete.ts`.
 */
export interface Shift {
  readonly kind: string;
  /** how many of the head's outputs the shift takes */
  readonly outputs: number;
  /** the relative slots that the kernel covers; positive moves to higher slots */
  offsets(slots: number): number[];
  /**
   * @param raw [batch, outputs], unbounded
   * @returns kernel [batch, offsets], and the parameters that made it, by name, each [batch, n]
   */
  kernel(raw: Tensor2D, slots: number): { kernel: Tensor2D; parameters: Record<string, Tensor2D> };
}
