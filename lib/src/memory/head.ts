import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";
import { circularConvolution } from "./circular.js";
import { contentWeights } from "./content.js";
import { interpolate } from "./gate.js";
import { sharpenByPower } from "./sharpen.js";
import type { Shift } from "./shift/shift.js";

/** What a head's linear layer says at one step, each in the range that addressing wants. */
export interface HeadParameters {
  /** [batch, width] */
  key: Tensor2D;
  /** beta, [batch, 1], > 0 */
  strength: Tensor2D;
  /** g, [batch, 1], in (0, 1) */
  gate: Tensor2D;
  /** [batch, shift.outputs], unbounded: the shift's own business */
  shift: Tensor2D;
  /** gamma, [batch, 1], > 1 */
  sharpening: Tensor2D;
}

/** Every stage of one addressing step, each [batch, slots], and the shift's parameters by name. */
export interface Addressing {
  content: Tensor2D;
  gated: Tensor2D;
  shifted: Tensor2D;
  weights: Tensor2D;
  parameters: Record<string, Tensor2D>;
}

/** Numbers that a head's linear layer gives for addressing: key, strength, gate, shift, sharpening. */
export function headOutputs(width: number, shift: Shift): number {
  return width + 1 + 1 + shift.outputs + 1;
}

/**
 * Splits a head's linear output, in the order key, strength, gate, shift, sharpening, and brings each part into its range.
 *
 * @param raw [batch, headOutputs(width, shift)]
 */
export function headParameters(raw: Tensor2D, width: number, shift: Shift): HeadParameters {
  const [key, strength, gate, moved, sharpening] = tf.split(raw, [width, 1, 1, shift.outputs, 1], 1) as Tensor2D[];
  return {
    key: key!,
    strength: tf.softplus(strength!),
    gate: tf.sigmoid(gate!),
    shift: moved!,
    sharpening: tf.add(tf.softplus(sharpening!), 1),
  };
}

/**
 * One addressing step: content, gate, shift, sharpening (Graves et al. 2014, section 3.3).
 *
 * @param memory [batch, slots, width]
 * @param previous [batch, slots], this head's own weighting one step before
 * @returns every stage; `weights` [batch, slots] is the head's new weighting
 */
export function address(memory: Tensor3D, previous: Tensor2D, head: HeadParameters, shift: Shift): Addressing {
  const slots = memory.shape[1];
  const content = contentWeights(memory, head.key, head.strength);
  const gated = interpolate(content, previous, head.gate);
  const { kernel, parameters } = shift.kernel(head.shift, slots);
  const shifted = circularConvolution(gated, kernel, shift.offsets(slots));
  return { content, gated, shifted, weights: sharpenByPower(shifted, head.sharpening), parameters };
}
