import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { forEveryRow } from "../memory/initial.js";
import { tf } from "../tensorflow/tf.js";
import { uniform } from "./initializers.js";
import type { AddWeight } from "./recurrent-layer.js";

/** Where a part of a layer's state starts: at zero, or at a trainable vector, the same for every row. */
export type StartKind = "zero" | "learned";

/**
 * Adds a start's weight to a layer where it is learned, drawn from a stream of the seed.
 * @returns reads it; undefined: zero
 */
export function addStart(
  add: AddWeight,
  kind: StartKind | undefined,
  name: string,
  size: number,
  seed: number,
  prefix: string,
): () => Tensor1D | undefined {
  const weight = kind === "learned" ? add(name, [size], uniform(size, seed, `${prefix}/${name}`)) : undefined;
  return () => weight?.read() as Tensor1D | undefined;
}

/** The start as a state, [batch, size]. @param start zero if undefined */
export function startState(start: Tensor1D | undefined, batch: number, size: number): Tensor2D {
  return (start ? forEveryRow(start, batch) : tf.zeros([batch, size])) as Tensor2D;
}
