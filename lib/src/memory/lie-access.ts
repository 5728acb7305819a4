import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import { read } from "./access.js";
import { size } from "./config.js";
import { headsSideBySide, type Memory } from "./memory.js";

/** What of a Lie-access memory its config says. */
export const LieAccessKeys = {
  /** of what an entry holds */
  width: size,
  /** entries that are kept, the oldest goes first; absent: as many as the sequence has steps */
  slots: size.optional(),
  /** absent: 1 */
  readHeads: size.optional(),
  /** how distance becomes weight; absent: "inverse", InvNorm of the paper */
  reading: z.enum(["inverse", "softmax"]).optional(),
  /** T of the softmax, in squared units of the plane; absent: 1 */
  temperature: z.number().positive().optional(),
  /** "bounded": a head steps by less than 1, d / sqrt(1 + |d|^2), as in the authors' own code; absent: "free" */
  translation: z.enum(["free", "bounded"]).optional(),
  /**
   * what is added to the write head's gate before its sigmoid: the authors' own code has -10, by which writes go on from
   * where the last one was until training wants otherwise; absent: 0
   */
  writeGateBias: z.number().optional(),
};
export type LieAccessMemoryConfig = z.infer<z.ZodObject<typeof LieAccessKeys>>;

/** What a Lie-access memory carries: entries, one more at each step, and where the heads are in the plane. */
export type LieAccessState = {
  /** what each entry holds, [batch, slots, width] */
  values: Tensor3D;
  /** where each entry lies, [batch, slots, 2] */
  addresses: Tensor3D;
  /** s, in [0, 1]; 0: nothing has been written there, [batch, slots] */
  strengths: Tensor2D;
  /** of the heads, read heads first, [batch, readHeads + 1, 2] */
  positions: Tensor3D;
  /** 1 at the entry that is written next, [batch, slots] */
  next: Tensor2D;
};

/**
 * What keeps the weight of an entry finite where a head stands right on it: a hundredth of the plane's unit away it has
 * lost half of it.
 */
const NEAR = 1e-4;
/** What is added to the weights' sum: a memory without entries gives 0 by it. Entries a thousand units away lose half. */
const EMPTY = 1e-6;
/** A strength counts as this at least: the logarithm of 0 has no gradient. */
const WEAKEST = 1e-30;
/** Farther than any entry, as an exponent of a softmax. */
const NEVER = 1e9;

/**
 * Weights of entries by their distance from the heads, InvNorm: w_i = s_i / (|a_i - position|^2 + 1e-4), divided by
 * their sum (Yang and Rush 2017, section 3.2).
 *
 * @param addresses [batch, slots, 2]
 * @param strengths [batch, slots]
 * @param positions [batch, heads, 2]
 * @returns [batch, heads, slots], each sums to at most 1: to 0 without entries
 */
export function inverseDistanceWeights(addresses: Tensor3D, strengths: Tensor2D, positions: Tensor3D): Tensor3D {
  const [batch, slots] = strengths.shape;
  const inverse = tf.div(1, tf.add(squaredDistances(addresses, positions), NEAR));
  const strong = tf.mul(inverse, tf.reshape(strengths, [batch, 1, slots])) as Tensor3D;
  return tf.div(strong, tf.add(tf.sum(strong, -1, true), EMPTY));
}

/**
 * The same with w_i = s_i exp(-|a_i - position|^2 / T), as a softmax, for |a_i - position|^2 / T up to 1e9: entries far
 * away get no gradient.
 *
 * @param temperature T
 * @returns [batch, heads, slots], each sums to 1, or to 0 without entries
 */
export function softmaxDistanceWeights(
  addresses: Tensor3D,
  strengths: Tensor2D,
  positions: Tensor3D,
  temperature = 1,
): Tensor3D {
  const [batch, slots] = strengths.shape;
  const s = tf.reshape(strengths, [batch, 1, slots]);
  const written = tf.sign(s);
  const strong = tf.log(tf.maximum(s, WEAKEST));
  const never = tf.mul(tf.sub(written, 1), NEVER);
  const exponents = tf.add(tf.mul(squaredDistances(addresses, positions), -1 / temperature), tf.add(strong, never));
  return tf.mul(tf.softmax(exponents as Tensor3D), written);
}

/** [batch, heads, slots] */
function squaredDistances(addresses: Tensor3D, positions: Tensor3D): Tensor3D {
  const [[batch, slots], heads] = [addresses.shape, positions.shape[1]];
  const along = (axis: number) => {
    const there = tf.reshape(tf.slice(addresses, [0, 0, axis], [batch, slots, 1]), [batch, 1, slots]);
    return tf.square(tf.sub(tf.slice(positions, [0, 0, axis], [batch, heads, 1]), there));
  };
  return tf.add(along(0), along(1)) as Tensor3D;
}

/**
 * Moves heads in the plane: position <- (g a + (1 - g) position) + d, the group of translations acting on R^2 (Yang and
 * Rush 2017, section 3.1).
 *
 * @param positions [batch, heads, 2]
 * @param address a, [batch, heads, 2]
 * @param gate g, [batch, heads, 1], in [0, 1]: 1 goes to the address, 0 stays
 * @param translation d, [batch, heads, 2]
 * @internal
 */
export function moveInPlane(positions: Tensor3D, address: Tensor3D, gate: Tensor3D, translation: Tensor3D): Tensor3D {
  return tf.add(tf.add(positions, tf.mul(gate, tf.sub(address, positions))), translation) as Tensor3D;
}

/** @param translation d, [batch, heads, 2]: its norm becomes less than 1 */
function bounded(translation: Tensor3D): Tensor3D {
  return tf.div(translation, tf.sqrt(tf.add(1, tf.sum(tf.square(translation), -1, true))));
}

/**
 * Memory of a Lie-access Neural Turing Machine (Yang 2016; Yang and Rush 2017): a list that grows by one entry a step,
 * written where the write head is in the plane; heads move by continuous translations, and read what lies near. The
 * read heads read before the entry of the step is there. The authors' own code can also bound translations, begins with
 * writes along a path (`translation`, `writeGateBias`), and writes nothing while answers are given; when that is isn't
 * known here.
 */
export function lieAccessMemory(config: LieAccessMemoryConfig): Memory<LieAccessState> {
  const { width, slots, readHeads = 1, reading = "inverse", temperature = 1 } = config;
  const { translation: kind = "free", writeGateBias = 0 } = config;
  const heads = readHeads + 1;
  // address, gate, translation of all heads; strength and value of the entry
  const sizes = [2 * heads, heads, 2 * heads, 1, width];
  const biased = (gates: Tensor3D): Tensor3D => {
    if (writeGateBias === 0) return gates;
    const last = tf.tensor1d([...Array<number>(readHeads).fill(0), writeGateBias]);
    return tf.add(gates, tf.reshape(last, [1, heads, 1]));
  };
  return {
    kind: "lie-access",
    outputs: { heads: sizes.reduce((a, b) => a + b) },
    reads: readHeads * width,
    heads: { read: readHeads, write: 1 },
    start(batch, steps) {
      const count = slots ?? steps;
      if (count === undefined)
        throw new UserError(
          "lie-access: the number of entries is as that of the steps, which isn't known here: set slots",
        );
      const first = tf.concat([tf.ones([batch, 1]), tf.zeros([batch, count - 1])], 1) as Tensor2D;
      return {
        values: tf.zeros([batch, count, width]),
        addresses: tf.zeros([batch, count, 2]),
        strengths: tf.zeros([batch, count]),
        positions: tf.zeros([batch, heads, 2]),
        next: first,
      };
    },
    step(raw, state) {
      const [batch, count] = state.strengths.shape;
      const parts = tf.split(raw, sizes, 1) as Tensor2D[];
      const ofHeads = (part: Tensor2D | undefined, n: number) => tf.reshape(part!, [batch, heads, n]) as Tensor3D;
      const address = ofHeads(parts[0], 2);
      const gate = tf.sigmoid(biased(ofHeads(parts[1], 1)));
      const said = ofHeads(parts[2], 2);
      const translation = kind === "bounded" ? bounded(said) : said;
      const strength = tf.sigmoid(parts[3]!);
      const value = tf.tanh(parts[4]!);

      const positions = moveInPlane(state.positions, address, gate, translation);
      const [readPositions, writePosition] = tf.split(positions, [readHeads, 1], 1) as [Tensor3D, Tensor3D];
      const weights =
        reading === "inverse"
          ? inverseDistanceWeights(state.addresses, state.strengths, readPositions)
          : softmaxDistanceWeights(state.addresses, state.strengths, readPositions, temperature);

      const place = tf.reshape(state.next, [batch, count, 1]);
      const put = (old: Tensor3D, entry: Tensor3D) => tf.add(old, tf.mul(place, tf.sub(entry, old))) as Tensor3D;
      const strengths = tf.add(state.strengths, tf.mul(state.next, tf.sub(strength, state.strengths))) as Tensor2D;
      return {
        state: {
          values: put(state.values, tf.reshape(value, [batch, 1, width]) as Tensor3D),
          addresses: put(state.addresses, writePosition),
          strengths,
          positions,
          next: onward(state.next),
        },
        read: tf.reshape(read(state.values, weights), [batch, readHeads * width]) as Tensor2D,
        trace: {
          heads: {
            weights: tf.concat([weights, tf.reshape(state.next, [batch, 1, count])], 1) as Tensor3D,
            parameters: {
              position: positions,
              gate,
              translation,
              strength: headsSideBySide([undefined, tf.reshape(strength, [batch, 1, 1]) as Tensor3D], [readHeads, 1]),
            },
          },
        },
      };
    },
    contents: ({ values }) => values,
  };
}

/** The mark one entry further, around the ring: a full list loses its oldest entry. */
function onward(next: Tensor2D): Tensor2D {
  const [batch, slots] = next.shape;
  if (slots === 1) return next;
  const [front, last] = [tf.slice(next, [0, 0], [batch, slots - 1]), tf.slice(next, [0, slots - 1], [batch, 1])];
  return tf.concat([last, front], 1) as Tensor2D;
}
