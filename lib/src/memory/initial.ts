import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { RandomState } from "../support/random-state.js";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import type { InitialStateConfig, RandomMemoryConfig } from "./config.js";

/** What a memory holds and where its heads stand. */
export interface MemoryState extends Record<string, Tensor> {
  /** [batch, slots, width] */
  memory: Tensor3D;
  /** weightings, [batch, heads, slots]: those of the read heads, then those of the write heads */
  weights: Tensor3D;
}

/** Sizes of a memory and how many rows a batch has. */
export interface InitialSizes {
  batch: number;
  slots: number;
  width: number;
  /** default 1 */
  readHeads?: number;
  /** default 1 */
  writeHeads?: number;
}

/**
 * The state before the first step, the same for every row of the batch.
 *
 * The published start is zero memory and uniform weights 1/N: every slot is the same, and stays the same for ever,
 * whatever the parameters. Any other start of memory or weights tells the slots apart.
 *
 * @param config what it is
 * @param sizes of memory and batch
 * @param learned what is trainable of it, needed where the config says "learned": initialMemory, [slots, width];
 *   initialReadLogits, [readHeads, slots], and initialWriteLogits, [writeHeads, slots], whose softmax the weights are
 * @returns memory [batch, slots, width] and the heads' weights, each a weighting of the slots
 * @throws UserError when the config says "learned" of something that isn't given
 */
export function initialState(
  config: InitialStateConfig,
  { batch, slots, width, readHeads = 1, writeHeads = 1 }: InitialSizes,
  learned: Readonly<Record<string, Tensor>> = {},
): MemoryState {
  const memory = (start: InitialStateConfig["memory"]) => {
    if (start === "zero") return tf.zeros([batch, slots, width]);
    if (start === "learned") return forEveryRow(needed(learned.initialMemory, "memory"), batch);
    if (start.kind === "constant") return tf.fill([batch, slots, width], start.value);
    return forEveryRow(randomMemory(start, slots, width), batch);
  };
  const { readWeights, writeWeights } = config;
  const rows = (start: typeof readWeights, heads: number, kind: "Read" | "Write"): Tensor2D => {
    if (start === "learned") return tf.softmax(needed(learned[`initial${kind}Logits`], `${kind.toLowerCase()}Logits`));
    if (start === "uniform") return tf.fill([heads, slots], 1 / slots);
    // not tf.oneHot: it wants two slots at least
    return tf.tensor2d(Array.from({ length: heads }, () => Array.from({ length: slots }, (_, i) => (i === 0 ? 1 : 0))));
  };
  const weights = () =>
    readWeights === "uniform" && writeWeights === "uniform"
      ? tf.fill([batch, readHeads + writeHeads, slots], 1 / slots)
      : forEveryRow(
          tf.concat([rows(readWeights, readHeads, "Read"), rows(writeWeights, writeHeads, "Write")], 0),
          batch,
        );
  return { memory: memory(config.memory) as Tensor3D, weights: weights() as Tensor3D };
}

/** The constant memory that a config describes, [slots, width]. */
function randomMemory({ scale, seed }: RandomMemoryConfig, slots: number, width: number): Tensor2D {
  const values = RandomState.stream(seed, "initial memory").standardNormals(slots * width);
  return tf.tensor2d(
    Float32Array.from(values, (value) => scale * value),
    [slots, width],
  );
}

/**
 * Puts a batch axis in front. By addition to zeros: the gradient of tfjs's tile is a sum of slices, one for each row of
 * the batch.
 */
export function forEveryRow(start: Tensor, batch: number): Tensor {
  return tf.add(tf.zeros([batch, ...start.shape]), start);
}

function needed(tensor: Tensor | undefined, name: string): Tensor2D {
  if (!tensor)
    throw new UserError(`initialState: the config says that ${name} is learned, but no tensor was given for it`);
  return tensor as Tensor2D;
}
