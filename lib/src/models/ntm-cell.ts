import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import {
  type Addressing,
  address,
  type HeadParameters,
  headOutputs,
  headParameters,
  type MemoryState,
  read,
  type Shift,
  write,
} from "../memory/index.js";
import { tf } from "../tensorflow.js";
import { type GruParameters, gruCell } from "./gru-cell.js";

/** Weights of the cell: the controller, and the linear layers of its hidden state for both heads side by side. */
export interface NtmParameters {
  controller: GruParameters;
  /** [hidden, 2 * head outputs + 2 * width]: the read head's and the write head's addressing, then erase and add */
  headsKernel: Tensor2D;
  headsBias: Tensor1D;
}

/** What the cell carries from one step to the next. */
export interface NtmState extends MemoryState, Record<string, Tensor> {
  /** [batch, hidden] */
  hidden: Tensor2D;
  /** what was read one step before, [batch, width] */
  readVector: Tensor2D;
}

/** What the heads did at one step, read head first on the heads' axis; for pictures and tests. */
export interface NtmTrace {
  heads: HeadParameters<Tensor3D> & Addressing<Tensor3D>;
  /** [batch, width] */
  erase: Tensor2D;
  /** [batch, width] */
  add: Tensor2D;
}

/** Puts the heads' linear layers side by side; done once, before the first step. The write head's outputs end with erase and add. */
export function ntmParameters(
  controller: GruParameters,
  readHead: { kernel: Tensor2D; bias: Tensor1D },
  writeHead: { kernel: Tensor2D; bias: Tensor1D },
): NtmParameters {
  return {
    controller,
    headsKernel: tf.concat([readHead.kernel, writeHead.kernel], 1),
    headsBias: tf.concat([readHead.bias, writeHead.bias]),
  };
}

/**
 * One step of a Neural Turing Machine (Graves et al. 2014): the controller sees the input and what was read before; both heads address the
 * memory, each from its own previous weighting; the read head reads, then the write head erases and adds.
 *
 * @param input [batch, features]
 */
export function ntmCell(
  p: NtmParameters,
  shift: Shift,
  input: Tensor2D,
  state: NtmState,
): { state: NtmState; trace: NtmTrace } {
  const { memory } = state;
  const [batch, slots, width] = memory.shape;
  const hidden = gruCell(p.controller, tf.concat([input, state.readVector], 1), state.hidden);

  const outputs = headOutputs(width, shift);
  const raw = tf.add(tf.matMul(hidden, p.headsKernel), p.headsBias);
  const [addressing, rawErase, rawAdd] = tf.split(raw, [2 * outputs, width, width], 1) as [Tensor2D, Tensor2D, Tensor2D];
  const parameters = headParameters(tf.reshape(addressing, [batch, 2, outputs]) as Tensor3D, width, shift);
  const addressed = address(memory, state.weights, parameters, shift);
  const [readWeights, writeWeights] = tf.split(addressed.weights, 2, 1).map((w) => tf.reshape(w, [batch, slots])) as [
    Tensor2D,
    Tensor2D,
  ];
  const erase = tf.sigmoid(rawErase);
  const add = tf.tanh(rawAdd);

  return {
    state: {
      hidden,
      readVector: read(memory, readWeights),
      memory: write(memory, writeWeights, erase, add),
      weights: addressed.weights,
    },
    trace: { heads: { ...parameters, ...addressed }, erase, add },
  };
}
