import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import type { InitialStateConfig } from "../memory/config.js";
import type { LearnedStart } from "../memory/index.js";
import { tf } from "../tensorflow/tf.js";
import { type Initializer, uniform } from "./initializers.js";
import type { AddWeight } from "./recurrent-layer.js";

/** What is trainable of a memory model's start. */
export interface InitialWeights {
  memory: LearnedStart;
  /** [readHeads * width] */
  readVector?: Tensor1D;
  /** [hidden] */
  hidden?: Tensor1D;
}

export interface InitialWeightSizes {
  slots: number;
  width: number;
  readHeads: number;
  writeHeads: number;
  hidden: number;
}

/**
 * Adds the weights of a start that the config calls "learned", drawn from streams of the seed. @returns reads them
 */
export function addInitialWeights(
  add: AddWeight,
  config: InitialStateConfig,
  { slots, width, readHeads, writeHeads, hidden }: InitialWeightSizes,
  seed: number,
): () => InitialWeights {
  const weight = (start: unknown, name: string, shape: number[], initializer: (stream: string) => Initializer) =>
    start === "learned" ? add(name, shape, initializer(`ntm/${name}`)) : undefined;
  const small = (size: number) => (stream: string) => uniform(size, seed, stream);
  const memory = weight(config.memory, "initialMemory", [slots, width], small(width));
  const readLogits = weight(config.readWeights, "initialReadLogits", [readHeads, slots], () => halfOnSlot0(slots));
  const writeLogits = weight(config.writeWeights, "initialWriteLogits", [writeHeads, slots], () => halfOnSlot0(slots));
  const readVector = weight(config.readVector, "initialReadVector", [readHeads * width], small(width));
  const start = weight(config.hidden, "initialHidden", [hidden], small(hidden));
  return () => ({
    memory: {
      ...(memory && { memory: memory.read() as Tensor2D }),
      ...(readLogits && { readLogits: readLogits.read() as Tensor2D }),
      ...(writeLogits && { writeLogits: writeLogits.read() as Tensor2D }),
    },
    ...(readVector && { readVector: readVector.read() as Tensor1D }),
    ...(start && { hidden: start.read() as Tensor1D }),
  });
}

/**
 * Logits that put half of the weight on slot 0 and the rest evenly on the others: a head that stands somewhere, so that its shift matters
 * from the first step, with a softmax that isn't saturated.
 */
function halfOnSlot0(slots: number): Initializer {
  const apply = ([heads]: number[]) =>
    tf.tile(tf.tensor2d([[Math.log(Math.max(slots - 1, 1)), ...new Array<number>(slots - 1).fill(0)]]), [heads!, 1]);
  return { apply } as unknown as Initializer;
}
