import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";

/**
 * Weights of an LSTM cell, the gates in the order input, forget, cell, output, with two biases (as in PyTorch and
 * cuDNN).
 */
export interface LstmParameters {
  /** [inputs, 4 * hidden] */
  kernel: Tensor2D;
  /** [hidden, 4 * hidden] */
  recurrentKernel: Tensor2D;
  /** [4 * hidden] */
  bias: Tensor1D;
  /** [4 * hidden] */
  recurrentBias: Tensor1D;
}

/**
 * One step of a long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 *
 * @param input [batch, inputs]
 * @param state hidden and cell state, each [batch, hidden]
 * @returns the new state
 */
export function lstmCell(
  p: LstmParameters,
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
