import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";

/** The inputs of a sequence one step after the other: [batch, steps, features] as `steps` tensors [batch, features]. */
export function stepsOf(sequence: Tensor3D): Tensor2D[] {
  // tfjs's gradient of an unstack into one tensor is broken
  if (sequence.shape[1] === 1) return [tf.squeeze(sequence, [1]) as Tensor2D];
  return tf.unstack(sequence, 1) as Tensor2D[];
}
