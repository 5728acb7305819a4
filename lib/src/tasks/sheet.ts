import type { RandomState } from "../support/random-state.js";
import { show, UserError } from "../support/user-error.js";
import type { Sample } from "./task.js";

/** A sample to be filled in, zero everywhere at first. */
export class Sheet implements Sample {
  readonly x: Float32Array;
  readonly targets: Float32Array;
  readonly mask: Float32Array;

  constructor(
    readonly steps: number,
    private readonly inputs: number,
    private readonly outputs: number,
  ) {
    this.x = new Float32Array(steps * inputs);
    this.targets = new Float32Array(steps * outputs);
    this.mask = new Float32Array(steps);
  }

  /** Puts values on the input channels from `channel` on. @throws UserError when step or channels aren't there */
  show(step: number, values: ArrayLike<number>, channel = 0): void {
    this.place(step, values, channel, this.inputs, "input");
    this.x.set(values, step * this.inputs + channel);
  }

  /**
   * Shows vectors one a step, between a start mark and an end mark, each mark on a channel of its own after those of
   * the vectors.
   *
   * @returns the step after the end mark
   */
  list(vectors: readonly (readonly number[])[]): number {
    const width = vectors[0]?.length ?? 0;
    this.show(0, [1], width);
    vectors.forEach((vector, i) => {
      this.show(1 + i, vector);
    });
    this.show(1 + vectors.length, [1], width + 1);
    return vectors.length + 2;
  }

  /**
   * Makes an answer due: values of the output channels, those left out are 0.
   *
   * @throws UserError when step or channels aren't there
   */
  ask(step: number, values: ArrayLike<number>): void {
    this.place(step, values, 0, this.outputs, "output");
    this.targets.set(values, step * this.outputs);
    this.mask[step] = 1;
  }

  /** What has no place would be another step's. */
  private place(step: number, values: ArrayLike<number>, channel: number, channels: number, what: string): void {
    const length = values?.length;
    if (typeof length !== "number")
      throw new UserError(`${what} values are ${show(values)}, expected an array of numbers`);
    if (!(Number.isInteger(step) && step >= 0 && step < this.steps))
      throw new UserError(`step is ${step}, expected a whole number from 0 to ${this.steps - 1}`);
    if (!(Number.isInteger(channel) && channel >= 0 && channel + length <= channels))
      throw new UserError(
        `${length} values from ${what} channel ${channel} on, at step ${step}: there are ${channels} ${what} channels`,
      );
  }
}

/** Fair bits. @returns [count], each 0 or 1 */
export function bits(random: RandomState, count: number): number[] {
  return Array.from({ length: count }, () => random.randint(0, 2));
}

/** Vectors of fair bits, [rows][width]. */
export function vectors(random: RandomState, rows: number, width: number): number[][] {
  return Array.from({ length: rows }, () => bits(random, width));
}
