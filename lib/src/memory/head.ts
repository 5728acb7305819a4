import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import { circularConvolution } from "./circular.js";
import type { SharpeningConfig } from "./config.js";
import type { Shift, ShiftContext } from "./shift/shift.js";

/**
 * Smallest norm that the cosine divides by, as in PyTorch's cosine_similarity: the zero memory of the published start
 * has norm 0.
 */
const MIN_NORM = 1e-8;

/**
 * sqrt of the sum of squares along the last axis, at least MIN_NORM. The floor is inside the root: the bare root has an
 * infinite gradient at 0.
 */
function norm(x: Tensor, keepDims: boolean): Tensor {
  return tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, keepDims), MIN_NORM * MIN_NORM));
}

/**
 * Cosine similarity of keys with every slot.
 *
 * @param memory [batch, slots, width]
 * @param key [batch, width], or [batch, heads, width]
 * @returns [batch, slots] or [batch, heads, slots], in [-1, 1]; 0 for a slot of zeros
 */
export function cosineSimilarity<T extends Tensor>(memory: Tensor3D, key: T): T {
  const [batch, slots, width] = memory.shape;
  const dot = tf.matMul(tf.reshape(key, [batch, -1, width]), memory, false, true);
  const slotNorms = tf.reshape(norm(memory, false), key.rank === 2 ? [batch, slots] : [batch, 1, slots]);
  const product = tf.mul(slotNorms, norm(key, true));
  return tf.div(tf.reshape(dot, product.shape), product) as T;
}

/**
 * Content weighting softmax(strength * cosine(key, slot)), Graves et al. 2014, eq. 5.
 *
 * @param memory [batch, slots, width]
 * @param key [batch, width], or [batch, heads, width]
 * @param strength [batch, 1] or [batch, heads, 1], >= 0
 * @returns [batch, slots] or [batch, heads, slots], each weighting sums to 1
 */
export function contentWeights<T extends Tensor>(memory: Tensor3D, key: T, strength: T): T {
  return tf.softmax(tf.mul(strength, cosineSimilarity(memory, key))) as T;
}

/**
 * Interpolation between the content weighting and the head's own previous weighting, g c + (1 - g) w, Graves et al.
 * 2014, eq. 7.
 *
 * @param content [batch, slots], or [batch, heads, slots]
 * @param previous of the same shape, the same head's weighting one step before
 * @param gate [batch, 1] or [batch, heads, 1], in [0, 1]: 1 takes the content, 0 keeps the previous weighting
 * @returns as content
 */
export function interpolate<T extends Tensor>(content: T, previous: T, gate: T): T {
  return tf.add(previous, tf.mul(gate, tf.sub(content, previous)));
}

/** Sharpens weightings, [batch, slots] or [batch, heads, slots], by gamma >= 1, [batch, 1] or [batch, heads, 1]. */
export type Sharpen = <T extends Tensor>(weights: T, sharpening: T) => T;

/** The form of sharpening that a config names; the published one when it names none. @internal */
export function sharpenOf(config: SharpeningConfig = "power"): Sharpen {
  return config === "power" ? sharpenByPower : sharpenBySoftmax;
}

/** Far below float32's rounding of any weight that matters. */
const TINY = 1e-30;

/**
 * Sharpening as published: w^gamma / (sum w^gamma + 1e-8), after Graves et al. 2014, eq. 9. The added constant loses
 * weight when w^gamma is small everywhere: 64 slots, uniform, gamma 20 leave a total of 5e-27.
 *
 * @param weights [batch, slots] or [batch, heads, slots], >= 0
 * @param sharpening [batch, 1] or [batch, heads, 1], >= 1
 * @returns as weights
 */
export function sharpenByPower<T extends Tensor>(weights: T, sharpening: T): T {
  // exp(gamma log w) instead of pow: vectorised, three times as fast. TINY only keeps log and its gradient finite where
  // w is exactly 0.
  const powers = tf.exp(tf.mul(sharpening, tf.log(tf.add(weights, TINY))));
  return tf.div(powers, tf.add(tf.sum(powers, -1, true), 1e-8)) as T;
}

/**
 * The same for the softmax form, whose gradient divides by it: 1 / SMALL times a weight's gradient must stay well
 * inside float32.
 */
const SMALL = 1e-16;

/**
 * Sharpening as softmax(gamma log w): w^gamma / sum w^gamma (Graves et al. 2014, eq. 9) without leaving float32 on the
 * way, so that each weighting sums to 1 for any gamma. Weights below 1e-16 count as 1e-16; a weighting of nothing but
 * zeros becomes uniform.
 *
 * @param weights [batch, slots] or [batch, heads, slots], >= 0
 * @param sharpening [batch, 1] or [batch, heads, 1], >= 1
 * @returns as weights
 */
export function sharpenBySoftmax<T extends Tensor>(weights: T, sharpening: T): T {
  return tf.softmax(tf.mul(sharpening, tf.log(tf.add(weights, SMALL)))) as T;
}

/**
 * What heads' linear layers say at one step, each in the range that addressing wants. `...` is one head, or an axis of
 * several.
 */
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

/**
 * Numbers that a head's linear layer gives for addressing: key, strength, gate, shift, sharpening.
 *
 * @returns width + 3 + shift.outputs
 */
export function headOutputs(width: number, shift: Shift): number {
  return width + 1 + 1 + shift.outputs + 1;
}

/**
 * Where shifts want their outputs to start, among the linear outputs of heads side by side: [index, value] pairs.
 *
 * @param shifts one for each head
 * @returns indices count all heads' outputs from 0, values are those before `headParameters` brings them into their
 *   range
 * @internal
 */
export function headStarts(width: number, shifts: readonly Shift[]): [index: number, value: number][] {
  let first = width + 1 + 1;
  return shifts.flatMap((shift) => {
    const starts = givenStarts(shift.start ?? [], first);
    first += headOutputs(width, shift);
    return starts;
  });
}

/**
 * Those of a list of starting values that aren't left to chance, as [index, value] pairs.
 * @param first index of the list's first
 */
export function givenStarts(values: readonly (number | undefined)[], first = 0): [index: number, value: number][] {
  return values.flatMap((value, i): [number, number][] => (value === undefined ? [] : [[first + i, value]]));
}

/**
 * Splits heads' linear output, in the order key, strength, gate, shift, sharpening, and brings each part into its
 * range.
 *
 * @param raw [batch, headOutputs(width, shift)], or [batch, heads, headOutputs(width, shift)]
 * @returns each part [batch, n], or [batch, heads, n]
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
 * One addressing step: content, gate, shift, sharpening (Graves et al. 2014, section 3.3), for one head or for several
 * at once.
 *
 * @param memory [batch, slots, width]
 * @param previous [batch, slots] or [batch, heads, slots], each head's own weighting one step before
 * @param sharpen form of the sharpening; default: the published one
 * @param context what the shift may use besides its raw outputs
 * @throws UserError when memory, weights and key don't fit together
 * @returns every stage; `weights`, of the shape of `previous`, are the heads' new weightings
 */
export function address<T extends Tensor>(
  memory: Tensor3D,
  previous: T,
  head: HeadParameters<T>,
  shift: Shift,
  sharpen: Sharpen = sharpenByPower,
  context?: ShiftContext,
): Addressing<T> {
  checkMemory(memory, previous, head.key);
  return addressBy(memory, previous, head, (gated) => move(gated, head.shift, shift, context), sharpen);
}

/** Shapes alone, which cost nothing. */
function checkMemory(memory: Tensor, previous: Tensor, key: Tensor): void {
  const [batch, slots, width] = memory.shape;
  const fits =
    memory.shape.length === 3 &&
    previous.shape[0] === batch &&
    previous.shape.at(-1) === slots &&
    key.shape[0] === batch &&
    key.shape.at(-1) === width;
  if (fits) return;
  throw new UserError(
    `address: memory is [${memory.shape}], previous [${previous.shape}], key [${key.shape}], ` +
      "expected [batch, slots, width], [batch, ..., slots], [batch, ..., width]",
  );
}

/** The same with any way to shift the gated weightings. */
export function addressBy<T extends Tensor>(
  memory: Tensor3D,
  previous: T,
  head: Omit<HeadParameters<T>, "shift">,
  moved: (gated: T) => Pick<Addressing<T>, "shifted" | "parameters">,
  sharpen: Sharpen = sharpenByPower,
): Addressing<T> {
  const content = contentWeights(memory, head.key, head.strength);
  const gated = interpolate(content, previous, head.gate);
  const { shifted, parameters } = moved(gated);
  return { content, gated, shifted, weights: sharpen(shifted, head.sharpening), parameters };
}

/**
 * Moves weightings by a shift.
 *
 * @param weights [batch, slots] or [batch, heads, slots]
 * @param raw [batch, shift.outputs] or [batch, heads, shift.outputs]
 */
export function move<T extends Tensor>(
  weights: T,
  raw: T,
  shift: Shift,
  context?: ShiftContext,
): Pick<Addressing<T>, "shifted" | "parameters"> {
  const slots = weights.shape.at(-1)!;
  // with as many axes as the raw outputs
  const { kernel, parameters } = shift.kernel(raw, slots, context) as { kernel: T; parameters: Record<string, T> };
  return { shifted: circularConvolution(weights, kernel, shift.offsets(slots)), parameters };
}
