import type { RandomState } from "../dataset/random-state.js";
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

  /** Puts values on the input channels from `channel` on. */
  show(step: number, values: ArrayLike<number>, channel = 0): void {
    this.x.set(values, step * this.inputs + channel);
  }

  /** Makes an answer due: values of the output channels, those left out are 0. */
  ask(step: number, values: ArrayLike<number>): void {
    this.targets.set(values, step * this.outputs);
    this.mask[step] = 1;
  }
}

/** Fair bits. */
export function bits(random: RandomState, count: number): number[] {
  return Array.from({ length: count }, () => random.randint(0, 2));
}

/** Vectors of fair bits, [rows][width]. */
export function vectors(random: RandomState, rows: number, width: number): number[][] {
  return Array.from({ length: rows }, () => bits(random, width));
}
