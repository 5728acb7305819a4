import type { Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";
import type { InitialStateConfig } from "./config.js";

/** What a memory holds and where its heads stand. */
export interface MemoryState {
  /** [batch, slots, width] */
  memory: Tensor3D;
  /** weightings, [batch, heads, slots]: the read head's, then the write head's */
  weights: Tensor3D;
}

/**
 * The published start: zero memory, uniform weights 1/N. Every slot is the same, and stays the same for ever, whatever the parameters.
 *
 * @param config says so by name: "zero", "uniform"
 */
export function initialState(config: InitialStateConfig, batch: number, slots: number, width: number): MemoryState {
  config.memory satisfies "zero";
  const heads = [config.readWeights, config.writeWeights];
  return { memory: tf.zeros([batch, slots, width]), weights: tf.fill([batch, heads.length, slots], 1 / slots) };
}
