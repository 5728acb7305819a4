import type { Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { tf } from "../tensorflow/tf.js";

/** A size in a config. */
export const size = z
  .number()
  .int()
  .min(1)
  .max(1 << 20);

/**
 * Applies a function that gradients don't flow through.
 *
 * @param f of one tensor; what it does isn't differentiated, so that it may have no gradient
 */
export function withoutGradient<T extends Tensor>(x: Tensor, f: (x: Tensor) => T): T {
  return tf.customGrad((inner) => ({
    value: f(inner as Tensor),
    gradFunc: () => tf.zeros(x.shape) as never,
  }))(x) as T;
}

/**
 * Parameters of read and write heads on one axis of heads, read heads first; NaN for heads that have no such parameter.
 *
 * @param parts [batch, heads of the kind, n] each; undefined: that kind of heads has none
 * @param heads how many there are of each kind
 */
export function headsSideBySide(parts: readonly (Tensor3D | undefined)[], heads: readonly number[]): Tensor3D {
  const some = parts.find((part) => part !== undefined)!;
  const [batch, , n] = some.shape;
  const all = parts.map((part, kind) => part ?? (tf.fill([batch, heads[kind]!, n], Number.NaN) as Tensor3D));
  return tf.concat(all, 1) as Tensor3D;
}
