import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import type { ControllerKind } from "./config.js";
import { type AddWeight, startingAt, uniform } from "./weights.js";

/**
 * Weights of a gated cell, its gates side by side, with two biases (as in PyTorch and cuDNN): of a GRU in the order
 * reset, update, new, of an LSTM input, forget, cell, output.
 */
export interface GatedParameters {
  /** [inputs, gates * hidden] */
  kernel: Tensor2D;
  /** [hidden, gates * hidden] */
  recurrentKernel: Tensor2D;
  /** [gates * hidden] */
  bias: Tensor1D;
  /** [gates * hidden] */
  recurrentBias: Tensor1D;
}

/**
 * Adds a gated cell's four weights to a layer, drawn from streams of the seed.
 *
 * @param biases [index, value] pairs that `bias` starts with
 * @returns reads them
 */
export function addGatedWeights(
  add: AddWeight,
  { inputs, hidden, gates, seed, prefix }: Record<"inputs" | "hidden" | "gates" | "seed", number> & { prefix: string },
  biases: readonly [index: number, value: number][] = [],
): () => GatedParameters {
  const drawn = (name: string) => uniform(hidden, seed, `${prefix}/${name}`);
  const kernel = add("kernel", [inputs, gates * hidden], drawn("kernel"));
  const recurrentKernel = add("recurrentKernel", [hidden, gates * hidden], drawn("recurrentKernel"));
  const bias = add("bias", [gates * hidden], startingAt(biases, drawn("bias")));
  const recurrentBias = add("recurrentBias", [gates * hidden], drawn("recurrentBias"));
  return () => ({
    kernel: kernel.read() as Tensor2D,
    recurrentKernel: recurrentKernel.read() as Tensor2D,
    bias: bias.read() as Tensor1D,
    recurrentBias: recurrentBias.read() as Tensor1D,
  });
}

/**
 * One step of a gated recurrent unit (Cho et al. 2014) with the reset gate applied after the recurrent product.
 *
 * @param input [batch, inputs]
 * @param hidden [batch, hidden]
 * @returns the new hidden state, [batch, hidden]
 */
export function gruCell(p: GatedParameters, input: Tensor2D, hidden: Tensor2D): Tensor2D {
  const size = hidden.shape[1];
  const fromInput = tf.add(tf.matMul(input, p.kernel), p.bias);
  const fromHidden = tf.add(tf.matMul(hidden, p.recurrentKernel), p.recurrentBias);
  const [gatesInput, newInput] = tf.split(fromInput, [2 * size, size], 1) as [Tensor2D, Tensor2D];
  const [gatesHidden, newHidden] = tf.split(fromHidden, [2 * size, size], 1) as [Tensor2D, Tensor2D];
  const [reset, update] = tf.split(tf.sigmoid(tf.add(gatesInput, gatesHidden)), 2, 1) as [Tensor2D, Tensor2D];
  const candidate = tf.tanh(tf.add(newInput, tf.mul(reset, newHidden)));
  return tf.add(candidate, tf.mul(update, tf.sub(hidden, candidate)));
}

/**
 * One step of a long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 *
 * @param input [batch, inputs]
 * @param state hidden and cell state, each [batch, hidden]
 * @returns the new state
 */
export function lstmCell(
  p: GatedParameters,
  input: Tensor2D,
  { hidden, cell }: { hidden: Tensor2D; cell: Tensor2D },
): { hidden: Tensor2D; cell: Tensor2D } {
  const fromInput = tf.add(tf.matMul(input, p.kernel), p.bias);
  const fromHidden = tf.add(tf.matMul(hidden, p.recurrentKernel), p.recurrentBias);
  const [into, forget, candidate, out] = tf.split(tf.add(fromInput, fromHidden), 4, 1) as Tensor2D[];
  const kept = tf.mul(tf.sigmoid(forget!), cell);
  const next = tf.add(kept, tf.mul(tf.sigmoid(into!), tf.tanh(candidate!))) as Tensor2D;
  return { hidden: tf.mul(tf.sigmoid(out!), tf.tanh(next)), cell: next };
}

/** What a cell carries from one step to the next. @internal */
export interface CellState extends Record<string, Tensor> {
  /** what is seen of it, [batch, hidden] */
  hidden: Tensor2D;
}

/**
 * One step of a cell, its weights inside, which reads a sequence by itself or controls a memory.
 *
 * @param input what comes in, and what was read before, side by side, [batch, inputs]
 * @param state may hold more than the cell's own part
 * @returns the cell's part of the new state
 */
export type Cell = (input: Tensor2D, state: CellState) => CellState;

/** The gated cells: how many gates, which tensors the state has, each [batch, hidden], and the step. */
export const CELLS = {
  gru: {
    gates: 3,
    state: ["hidden"],
    cell:
      (p: GatedParameters): Cell =>
      (input, { hidden }) => ({ hidden: gruCell(p, input, hidden) }),
  },
  lstm: {
    gates: 4,
    state: ["hidden", "cell"],
    cell:
      (p: GatedParameters): Cell =>
      (input, { hidden, cell }) =>
        lstmCell(p, input, { hidden, cell: cell as Tensor2D }),
  },
} as const;

/**
 * Adds the weights of a memory's controller to a layer, drawn from streams of the seed: a gated cell, or tanh of one
 * linear layer, which remembers in the memory alone.
 *
 * @param prefix of the streams' names
 * @returns makes the controller from them
 */
export function addController(
  kind: ControllerKind,
  add: AddWeight,
  { inputs, hidden, seed, prefix }: Record<"inputs" | "hidden" | "seed", number> & { prefix: string },
): () => Cell {
  if (kind !== "feedforward") {
    const weights = addGatedWeights(add, { inputs, hidden, gates: CELLS[kind].gates, seed, prefix });
    return () => CELLS[kind].cell(weights());
  }
  const kernel = add("kernel", [inputs, hidden], uniform(inputs, seed, `${prefix}/kernel`));
  const bias = add("bias", [hidden], uniform(inputs, seed, `${prefix}/bias`));
  return () => {
    const [k, b] = [kernel.read() as Tensor2D, bias.read() as Tensor1D];
    return (input) => ({ hidden: tf.tanh(tf.add(tf.matMul(input, k), b)) as Tensor2D });
  };
}
