import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";
import { circularConvolution } from "./circular.js";
import { contentWeights } from "./content.js";
import { interpolate } from "./gate.js";
import { type Sharpen, sharpenByPower } from "./sharpen.js";
import type { Shift } from "./shift/shift.js";

/** What heads' linear layers say at one step, each in the range that addressing wants. `...` is one head, or an axis of several. */
export interface HeadParameters<T extends Tensor = Tensor2D> {
  /** [batch, ..., width] */
  key: T;
  /** beta, [batch, ..., 1], > 0 */
  strength: T;
  /** g, [batch, ..., 1], in (0, 1) */
  gate: T;
  /** [batch, ..., shift.outputs], unbounded: the shift's own business */
  shift: T;
  /** gamma, [batch, ..., 1], > 1 */
  sharpening: T;
}

/** Every stage of one addressing step, each [batch, ..., slots], and the shift's parameters by name. */
export interface Addressing<T extends Tensor = Tensor2D> {
  content: T;
  gated: T;
  shifted: T;
  weights: T;
  parameters: Record<string, T>;
}

/** Numbers that a head's linear layer gives for addressing: key, strength, gate, shift, sharpening. */
export function headOutputs(width: number, shift: Shift): number {
  return width + 1 + 1 + shift.outputs + 1;
}

/**
 * Where a shift wants its outputs to start, among the linear outputs of heads side by side: [index, value] pairs.
 */
export function headStarts(width: number, shift: Shift, heads: number): [index: number, value: number][] {
  const before = width + 1 + 1;
  return Array.from({ length: heads }, (_, head) => head * headOutputs(width, shift) + before).flatMap((first) =>
    (shift.start ?? []).flatMap((value, i): [number, number][] => (value === undefined ? [] : [[first + i, value]])),
  );
}

/**
 * Splits heads' linear output, in the order key, strength, gate, shift, sharpening, and brings each part into its range.
 *
 * @param raw [batch, headOutputs(width, shift)], or [batch, heads, headOutputs(width, shift)]
 */
export function headParameters<T extends Tensor>(raw: T, width: number, shift: Shift): HeadParameters<T> {
  const [key, strength, gate, moved, sharpening] = tf.split(raw, [width, 1, 1, shift.outputs, 1], -1) as T[];
  return {
    key: key!,
    strength: tf.softplus(strength!),
    gate: tf.sigmoid(gate!),
    shift: moved!,
    sharpening: tf.add(tf.softplus(sharpening!), 1),
  };
}

/**
 * One addressing step: content, gate, shift, sharpening (Graves et al. 2014, section 3.3), for one head or for several at once.
 *
 * @param memory [batch, slots, width]
 * @param previous [batch, slots] or [batch, heads, slots], each head's own weighting one step before
 * @param sharpen form of the sharpening; default: the published one
 * @returns every stage; `weights`, of the shape of `previous`, are the heads' new weightings
 */
export function address<T extends Tensor>(
  memory: Tensor3D,
  previous: T,
  head: HeadParameters<T>,
  shift: Shift,
  sharpen: Sharpen = sharpenByPower,
): Addressing<T> {
  const slots = memory.shape[1];
  const content = contentWeights(memory, head.key, head.strength);
  const gated = interpolate(content, previous, head.gate);
  const { kernel, parameters } = shift.kernel(head.shift, slots);
  const shifted = circularConvolution(gated, kernel, shift.offsets(slots));
  return { content, gated, shifted, weights: sharpen(shifted, head.sharpening), parameters };
}
