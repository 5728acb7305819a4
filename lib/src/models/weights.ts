import { createHash } from "node:crypto";
import type { layers, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { forEveryRow } from "../memory/initial.js";
import { tf } from "../tensorflow/tf.js";

/** What `tf.layers` accepts as an initializer. */
export type Initializer = ReturnType<typeof tf.initializers.randomUniform>;

/** Weight of a layer as a tensor; tfjs's own type for it isn't exported. */
export type Weight = ReturnType<layers.Layer["addWeight"]>;
/** Adds a weight to a layer, trainable if it isn't said otherwise. */
export type AddWeight = (name: string, shape: number[], initializer: Initializer, trainable?: boolean) => Weight;

/**
 * The uniform law +-1/sqrt(size) that PyTorch uses for linear and recurrent layers, drawn from a stream of its own.
 *
 * @param size fan-in of a linear layer; the hidden size for every weight of a GRU
 * @param seed the run's seed
 * @param name names the stream, so that no two weights of a model share their draws
 */
export function uniform(size: number, seed: number, name: string): Initializer {
  const bound = 1 / Math.sqrt(size);
  return tf.initializers.randomUniform({ minval: -bound, maxval: bound, seed: streamSeed(seed, name) });
}

/**
 * The same initializer, but for given values at some places.
 *
 * @param starts [index, value] pairs, the index that of the flat weight; none leave the initializer as it is
 */
export function startingAt(starts: readonly [index: number, value: number][], initializer: Initializer): Initializer {
  if (starts.length === 0) return initializer;
  const apply: Initializer["apply"] = (shape, dtype) =>
    tf.tidy(() => {
      const values = initializer.apply(shape, dtype).dataSync<"float32">().slice();
      for (const [index, value] of starts) values[index] = value;
      return tf.tensor(values, shape as number[]);
    });
  return { apply } as Initializer;
}

/** A 32-bit seed for the stream `name` of the run's seed. */
function streamSeed(seed: number, name: string): number {
  return createHash("sha256").update(`${seed}/${name}`).digest().readUInt32LE(0);
}

/** The start of a state, [batch, size], the same for every row. @param start zero if undefined */
export function startState(start: Tensor1D | undefined, batch: number, size: number): Tensor2D {
  return (start ? forEveryRow(start, batch) : tf.zeros([batch, size])) as Tensor2D;
}
