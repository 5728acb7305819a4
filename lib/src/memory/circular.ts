import type { Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import { recordingFor } from "../capture.js";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";

/** The remainder in [0, n), of negative numbers too. */
export const mod = (a: number, n: number): number => ((a % n) + n) % n;

/**
 * Relative slot of a circular distance: wrap(d) = ((d + N/2) mod N) - N/2, in [-N/2, N/2).
 *
 * @param distance slots, any number
 * @param slots N
 * @returns slots, in [-slots / 2, slots / 2)
 */
export function wrap(distance: number, slots: number): number {
  return mod(distance + slots / 2, slots) - slots / 2;
}

/**
 * The same for tensors. The gradient passes through unchanged: the jump by N is where both ends of the ring meet.
 *
 * @param distance slots, any shape
 * @param slots N
 * @returns the shape of `distance`, slots in [-slots / 2, slots / 2)
 */
export function wrapAll<T extends Tensor>(distance: T, slots: number): T {
  return tf.customGrad((x) => ({
    value: tf.sub(x as Tensor, tf.mul(tf.floorDiv(tf.add(x as Tensor, slots / 2), slots), slots)),
    gradFunc: (dy: Tensor) => dy as never,
  }))(distance) as T;
}

/**
 * Circular convolution v_i = sum_k kernel_k w_{i - offset_k}: a head at slot j with all its kernel on offset +1 lands
 * on slot j + 1.
 *
 * Every shift of a weighting is of this form, so K offsets cost K numbers a head; the N x N matrix of the shift is
 * never built.
 *
 * @param weights [batch, slots], or [batch, heads, slots]
 * @param kernel [batch, offsets], or [batch, heads, offsets]
 * @param offsets whole numbers of slots, one for each kernel entry
 * @returns as weights
 * @throws UserError when the kernel hasn't one entry for each offset, or is of another batch or number of heads
 */
export function circularConvolution<T extends Tensor>(weights: T, kernel: T, offsets: readonly number[]): T {
  checkSizes(weights, kernel, offsets);
  const slots = weights.shape.at(-1)!;
  const sliced = recordingFor() === "xla" || slots * slots * offsets.length > MOST_ROTATIONS;
  return sliced ? bySlices(weights, kernel, offsets) : byProduct(weights, kernel, offsets);
}

/** Shapes alone, which cost nothing: TensorFlow would tell of them in two lines, or not at all. */
function checkSizes(weights: Tensor, kernel: Tensor, offsets: readonly number[]): void {
  const [given, lead] = [kernel.shape, weights.shape.slice(0, -1)];
  if (given.length === lead.length + 1 && given.at(-1) === offsets.length && lead.every((size, d) => given[d] === size))
    return;
  throw new UserError(
    `circularConvolution: kernel is [${given}] for ${offsets.length} offsets and weights [${weights.shape}], ` +
      `expected [${[...lead, offsets.length]}]`,
  );
}

/**
 * Values of the constant matrix beyond which slices are faster as a graph too: over the whole ring it has N^3, more
 * than this from 51 slots on.
 */
const MOST_ROTATIONS = 2 ** 17;

/**
 * The rotated copies of the weighting by one product with a constant 0/1 matrix: exact, few ops, and its gradient is
 * one product too.
 */
function byProduct<T extends Tensor>(weights: T, kernel: T, offsets: readonly number[]): T {
  const slots = weights.shape.at(-1)!;
  const count = offsets.length;
  const rows = weights.size / slots;
  const rotated = tf.reshape(tf.matMul(tf.reshape(weights, [rows, slots]), rotations(slots, offsets)), [
    rows,
    count,
    slots,
  ]);
  return tf.reshape(tf.matMul(tf.reshape(kernel, [rows, 1, count]), rotated), weights.shape) as T;
}

/** [slots, offsets * slots]: column (k, i) picks slot i - offset_k. */
function rotations(slots: number, offsets: readonly number[]): Tensor2D {
  const values = new Float32Array(slots * offsets.length * slots);
  offsets.forEach((offset, k) => {
    for (let i = 0; i < slots; i++) values[mod(i - offset, slots) * offsets.length * slots + k * slots + i] = 1;
  });
  return tf.tensor2d(values, [slots, offsets.length * slots]);
}

/**
 * The rotated copies as slices of the ring laid out twice, which XLA fuses into one loop, and which need no constant.
 * The gradient is written by hand, since that of a slice is a padding, and K paddings of the ring cost more than all
 * the rest of the cell: it is two convolutions again.
 */
function bySlices<T extends Tensor>(weights: T, kernel: T, offsets: readonly number[]): T {
  const large = offsets.length > LARGE && coversRing(offsets, weights.shape.at(-1)!);
  return tf.customGrad((w, k, save) => {
    (save as (tensors: Tensor[]) => void)([w as Tensor, k as Tensor]);
    return {
      value: large ? convolveByBlocks(w as Tensor, k as Tensor) : convolve(w as Tensor, k as Tensor, offsets),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [savedWeights, savedKernel] = saved as [Tensor, Tensor];
        if (large) return [convolveByBlocks(dy, backwards(savedKernel)), convolveByBlocks(dy, backwards(savedWeights))];
        const back = offsets.map((offset) => -offset);
        return [convolve(dy, savedKernel, back), correlate(dy, savedWeights, offsets)];
      },
    } as never;
  })(weights, kernel) as T;
}

/** Slots above which XLA takes minutes to compile a slice for each of them. */
const LARGE = 32;

/** Whether the offsets are all slots of the ring, in order. */
function coversRing(offsets: readonly number[], slots: number): boolean {
  return offsets.length === slots && offsets.every((offset, k) => mod(offset, slots) === k);
}

/**
 * A convolution over the whole ring in two rounds, of about 2 sqrt(N) slices instead of N: offset k = a B + b is a
 * shift by b, then one by a B,
 *
 *     v_i = sum_a u_{a, i - aB},   u_{a, i} = sum_b kernel_{aB + b} w_{i - b}
 *
 * @param kernel as long as the ring
 */
function convolveByBlocks(weights: Tensor, kernel: Tensor): Tensor {
  const { shape } = weights;
  const [slots, lead] = [shape.at(-1)!, shape.slice(0, -1)];
  const size = Math.ceil(Math.sqrt(slots));
  const blocks = Math.ceil(slots / size);
  const none = lead.map((): [number, number] => [0, 0]);
  const padded = tf.pad(kernel, [...none, [0, size * blocks - slots]]);
  const columns = tf.split(tf.reshape(padded, [...lead, blocks, size]), size, -1);
  const window = ring(weights);
  const rows = sum(columns.map((column, b) => tf.mul(column, tf.reshape(window(-b), [...lead, 1, slots]))));
  const twice = tf.concat([rows, rows], -1);
  const all = lead.map(() => 0);
  const row = (a: number) => tf.slice(twice, [...all, a, mod(-a * size, slots)], [...lead, 1, slots]);
  return tf.reshape(sum(Array.from({ length: blocks }, (_, a) => row(a))), shape);
}

/** Entry -k (mod N) in the place of k. */
function backwards(values: Tensor): Tensor {
  const [first, rest] = tf.split(values, [1, values.shape.at(-1)! - 1], -1) as [Tensor, Tensor];
  return tf.concat([first, tf.reverse(rest, -1)], -1);
}

/** Windows of the ring, a rotated copy each: window `start` begins with slot `start`. */
function ring(weights: Tensor): (start: number) => Tensor {
  const { shape } = weights;
  const slots = shape.at(-1)!;
  const twice = tf.concat([weights, weights], -1);
  return (start) => tf.slice(twice, [...shape.slice(0, -1).map(() => 0), mod(start, slots)], shape);
}

/** sum_k kernel_k w_{i - offset_k} */
function convolve(weights: Tensor, kernel: Tensor, offsets: readonly number[]): Tensor {
  const window = ring(weights);
  const entries = tf.split(kernel, offsets.length, -1);
  return sum(offsets.map((offset, k) => tf.mul(entries[k]!, window(-offset))));
}

/** For each offset sum_i dy_i w_{i - offset_k}: the gradient of the kernel. */
function correlate(dy: Tensor, weights: Tensor, offsets: readonly number[]): Tensor {
  const slots = weights.shape.at(-1)!;
  if (coversRing(offsets, slots)) {
    // for a kernel over the whole ring the roles can be swapped: w_{i - k} over k is a window of the ring read
    // backwards
    const window = ring(tf.reverse(weights, -1));
    return sum(tf.split(dy, slots, -1).map((entry, i) => tf.mul(entry, window(slots - 1 - i))));
  }
  const window = ring(weights);
  return tf.concat(
    offsets.map((offset) => tf.sum(tf.mul(dy, window(-offset)), -1, true)),
    -1,
  );
}

function sum(terms: Tensor[]): Tensor {
  return terms.reduce((a, b) => tf.add(a, b));
}
