import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
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

/** Weights of the cell: the controller, and one linear layer of its hidden state for each head. */
export interface NtmParameters {
  controller: GruParameters;
  /** [hidden, head outputs] */
  readKernel: Tensor2D;
  readBias: Tensor1D;
  /** [hidden, head outputs + 2 * width]: the write head also erases and adds */
  writeKernel: Tensor2D;
  writeBias: Tensor1D;
}

/** What the cell carries from one step to the next. */
export interface NtmState extends MemoryState, Record<string, Tensor> {
  /** [batch, hidden] */
  hidden: Tensor2D;
  /** what was read one step before, [batch, width] */
  readVector: Tensor2D;
}

/** What each head did at one step; for pictures and tests. */
export interface NtmTrace {
  read: HeadParameters & Addressing;
  write: HeadParameters & Addressing & { erase: Tensor2D; add: Tensor2D };
}

/**
 * One step of a Neural Turing Machine (Graves et al. 2014): the controller sees the input and what was read before; then the read head
 * reads, then the write head erases and adds. Each head moves from its own previous weighting.
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
  const width = memory.shape[2];
  const hidden = gruCell(p.controller, tf.concat([input, state.readVector], 1), state.hidden);

  const readHead = headParameters(tf.add(tf.matMul(hidden, p.readKernel), p.readBias), width, shift);
  const reading = address(memory, state.readWeights, readHead, shift);
  const readVector = read(memory, reading.weights);

  const raw = tf.add(tf.matMul(hidden, p.writeKernel), p.writeBias);
  const [addressing, rawErase, rawAdd] = tf.split(raw, [headOutputs(width, shift), width, width], 1) as [
    Tensor2D,
    Tensor2D,
    Tensor2D,
  ];
  const writeHead = headParameters(addressing, width, shift);
  const writing = address(memory, state.writeWeights, writeHead, shift);
  const erase = tf.sigmoid(rawErase);
  const add = tf.tanh(rawAdd);

  return {
    state: {
      hidden,
      readVector,
      memory: write(memory, writing.weights, erase, add),
      readWeights: reading.weights,
      writeWeights: writing.weights,
    },
    trace: { read: { ...readHead, ...reading }, write: { ...writeHead, ...writing, erase, add } },
  };
}
