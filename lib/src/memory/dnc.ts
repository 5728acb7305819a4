import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import type { z } from "zod";
import { tf } from "../tensorflow/tf.js";
import { read, write } from "./access.js";
import { size } from "./config.js";
import { contentWeights } from "./head.js";
import { type HeadsTrace, headsSideBySide, type Memory } from "./memory.js";

/** What of a DNC's memory its config says. */
export const DncKeys = {
  slots: size,
  width: size,
  /** absent: 1 */
  readHeads: size.optional(),
};
export type DncMemoryConfig = z.infer<z.ZodObject<typeof DncKeys>>;

/** What a DNC's memory carries. All of it starts at zero (Graves et al. 2016, Methods). */
export type DncState = {
  /** [batch, slots, width] */
  memory: Tensor3D;
  /** u, in [0, 1], [batch, slots] */
  usage: Tensor2D;
  /** p: how much each slot was the last one written to, sums to at most 1, [batch, slots] */
  precedence: Tensor2D;
  /**
   * L_ij: how much slot i was written to right after slot j; rows and columns sum to at most 1, [batch, slots, slots]
   */
  links: Tensor3D;
  /** [batch, slots] */
  writeWeights: Tensor2D;
  /** [batch, readHeads, slots] */
  readWeights: Tensor3D;
};

/**
 * Usage after a write and the freeing of what was read, u = (u + w - u w) prod_r (1 - f_r w_r): Graves et al. 2016,
 * Methods, "Dynamic memory allocation".
 *
 * @param usage [batch, slots], in [0, 1]
 * @param writeWeights of the step before, [batch, slots]
 * @param readWeights of the step before, [batch, readHeads, slots]
 * @param free free gates f, [batch, readHeads, 1], in [0, 1]
 * @returns [batch, slots], in [0, 1]
 * @internal
 */
export function nextUsage(usage: Tensor2D, writeWeights: Tensor2D, readWeights: Tensor3D, free: Tensor3D): Tensor2D {
  const written = tf.sub(tf.add(usage, writeWeights), tf.mul(usage, writeWeights));
  const kept = tf.sub(1, tf.mul(free, readWeights)) as Tensor3D;
  const [batch, heads, slots] = kept.shape;
  const each = heads === 1 ? [kept] : tf.split(kept, heads, 1);
  const retention = each.map((head) => tf.reshape(head, [batch, slots])).reduce((a, b) => tf.mul(a, b));
  return tf.mul(written, retention) as Tensor2D;
}

/**
 * A usage counts as this at least: the logarithm of 0 has no gradient. With it a free slot next to a freer one still
 * gets a millionth.
 */
const LEAST_USED = 1e-6;

/**
 * Allocation weighting: the least used slot first, a_i = (1 - u_i) prod of u_j over the slots j that are used less than
 * i (ties: those before i). Graves et al. 2016, eq. 1, without its sort: the exponential of a sum over an N x N
 * comparison. Gradients flow through the values of u alone, as there.
 *
 * @param usage [batch, slots], in [0, 1]
 * @returns [batch, slots], sums to at most 1
 */
export function allocation(usage: Tensor2D): Tensor2D {
  const [batch, slots] = usage.shape;
  const used = tf.add(tf.mul(usage, 1 - LEAST_USED), LEAST_USED) as Tensor2D;
  const freer = tf.customGrad((given) => {
    const u = given as Tensor2D;
    const [i, j] = [tf.reshape(u, [batch, slots, 1]), tf.reshape(u, [batch, 1, slots])];
    const tied = tf.mul(tf.cast(tf.equal(j, i), "float32"), earlier(slots));
    // comparisons have no gradient
    return { value: tf.add(tf.cast(tf.less(j, i), "float32"), tied), gradFunc: () => tf.zeros(used.shape) as never };
  })(used) as Tensor3D;
  const product = tf.exp(tf.reshape(tf.matMul(freer, tf.reshape(tf.log(used), [batch, slots, 1])), [batch, slots]));
  return tf.mul(tf.sub(1, used), product) as Tensor2D;
}

/** [slots, slots], 1 where the column comes before the row. */
function earlier(slots: number): Tensor2D {
  const place = tf.range(0, slots);
  return tf.cast(tf.less(tf.reshape(place, [1, slots]), tf.reshape(place, [slots, 1])), "float32") as Tensor2D;
}

/**
 * Temporal links and precedence after a write: L_ij = (1 - w_i - w_j) L_ij + w_i p_j with a diagonal of 0, then p = (1
 * - sum w) p + w. Graves et al. 2016, Methods, "Temporal memory linkage".
 *
 * @param links [batch, slots, slots]
 * @param precedence of the step before, [batch, slots]
 * @param weights of this step's write, [batch, slots]
 * @internal
 */
export function nextLinks(
  links: Tensor3D,
  precedence: Tensor2D,
  weights: Tensor2D,
): { links: Tensor3D; precedence: Tensor2D } {
  const [batch, slots] = weights.shape;
  const [row, column] = [tf.reshape(weights, [batch, slots, 1]), tf.reshape(weights, [batch, 1, slots])];
  const fresh = tf.mul(row, tf.reshape(precedence, [batch, 1, slots]));
  const all = tf.add(tf.mul(tf.sub(tf.sub(1, row), column), links), fresh);
  const off = tf.sub(1, tf.eye(slots));
  const left = tf.sub(1, tf.sum(weights, 1, true));
  return { links: tf.mul(all, off), precedence: tf.add(tf.mul(left, precedence), weights) };
}

/**
 * Memory of a Differentiable Neural Computer (Graves et al. 2016): one write head that writes by content or to the
 * least used slot, read heads that read by content or go on to what was written next or before.
 *
 * @param config its sizes
 */
export function dncMemory({ slots, width, readHeads = 1 }: DncMemoryConfig): Memory<DncState> {
  // read keys, read strengths, free gates, read modes; write key, strength, erase, add, allocation gate, write gate
  const sizes = [readHeads * width, readHeads, readHeads, 3 * readHeads, width, 1, width, width, 1, 1];
  return {
    kind: "dnc",
    outputs: { interface: sizes.reduce((a, b) => a + b) },
    reads: readHeads * width,
    heads: { read: readHeads, write: 1 },
    start: (batch) => ({
      memory: tf.zeros([batch, slots, width]),
      usage: tf.zeros([batch, slots]),
      precedence: tf.zeros([batch, slots]),
      links: tf.zeros([batch, slots, slots]),
      writeWeights: tf.zeros([batch, slots]),
      readWeights: tf.zeros([batch, readHeads, slots]),
    }),
    step(raw, state) {
      const batch = raw.shape[0];
      const parts = tf.split(raw, sizes, 1) as Tensor2D[];
      const ofReads = (i: number) => tf.reshape(parts[i]!, [batch, readHeads, -1]) as Tensor3D;
      const [keys, strengths, free, modes] = [ofReads(0), ofReads(1), ofReads(2), ofReads(3)];
      const [key, strength, erase, add] = parts.slice(4) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
      const said = {
        freeGate: tf.sigmoid(free),
        mode: tf.softmax(modes),
        allocationGate: tf.sigmoid(parts[8]!),
        writeGate: tf.sigmoid(parts[9]!),
      };

      const usage = nextUsage(state.usage, state.writeWeights, state.readWeights, said.freeGate);
      const writeContent = contentWeights(state.memory, key, oneplus(strength));
      const allocated = allocation(usage);
      const chosen = tf.add(writeContent, tf.mul(said.allocationGate, tf.sub(allocated, writeContent)));
      const writeWeights = tf.mul(said.writeGate, chosen) as Tensor2D;
      const memory = write(state.memory, writeWeights, tf.sigmoid(erase), add);

      const { links, precedence } = nextLinks(state.links, state.precedence, writeWeights);
      const forward = tf.matMul(state.readWeights, links, false, true);
      const backward = tf.matMul(state.readWeights, links);
      const content = contentWeights(memory, keys, oneplus(strengths));
      const [back, middle, ahead] = tf.split(said.mode, 3, 2) as [Tensor3D, Tensor3D, Tensor3D];
      const readWeights = tf.add(
        tf.add(tf.mul(back, backward), tf.mul(middle, content)),
        tf.mul(ahead, forward),
      ) as Tensor3D;

      return {
        state: { memory, usage, precedence, links, writeWeights, readWeights },
        read: tf.reshape(read(memory, readWeights), [batch, readHeads * width]) as Tensor2D,
        trace: { heads: dncTrace(readWeights, writeWeights, said), slots: { usage } },
      };
    },
    contents: ({ memory }) => memory,
  };
}

/** 1 + softplus, at least 1: Graves et al. 2016, Methods, "oneplus". */
function oneplus<T extends Tensor>(x: T): T {
  return tf.add(tf.softplus(x), 1);
}

function dncTrace(
  readWeights: Tensor3D,
  writeWeights: Tensor2D,
  said: { freeGate: Tensor3D; mode: Tensor3D; allocationGate: Tensor2D; writeGate: Tensor2D },
): HeadsTrace {
  const [batch, readHeads] = readWeights.shape;
  const ofReads = (tensor: Tensor3D) => headsSideBySide([tensor, undefined], [readHeads, 1]);
  const ofWrite = (tensor: Tensor2D) =>
    headsSideBySide([undefined, tf.reshape(tensor, [batch, 1, -1]) as Tensor3D], [readHeads, 1]);
  return {
    weights: tf.concat([readWeights, tf.reshape(writeWeights, [batch, 1, -1])], 1) as Tensor3D,
    parameters: {
      mode: ofReads(said.mode),
      freeGate: ofReads(said.freeGate),
      allocationGate: ofWrite(said.allocationGate),
      writeGate: ofWrite(said.writeGate),
    },
  };
}
