import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";

/** Weights of a GRU cell, the gates in the order reset, update, new (as in PyTorch and cuDNN). */
export interface GruParameters {
  /** [inputs, 3 * hidden] */
  kernel: Tensor2D;
  /** [hidden, 3 * hidden] */
  recurrentKernel: Tensor2D;
  /** [3 * hidden] */
  bias: Tensor1D;
  /** [3 * hidden] */
  recurrentBias: Tensor1D;
}

/**
 * One step of a gated recurrent unit (Cho et al. 2014) with the reset gate applied after the recurrent product.
 *
 * @param input [batch, inputs]
 * @param hidden [batch, hidden]
 * @returns the new hidden state, [batch, hidden]
 */
export function gruCell(p: GruParameters, input: Tensor2D, hidden: Tensor2D): Tensor2D {
  const size = hidden.shape[1];
  const fromInput = tf.add(tf.matMul(input, p.kernel), p.bias);
  const fromHidden = tf.add(tf.matMul(hidden, p.recurrentKernel), p.recurrentBias);
  const [gatesInput, newInput] = tf.split(fromInput, [2 * size, size], 1) as [Tensor2D, Tensor2D];
  const [gatesHidden, newHidden] = tf.split(fromHidden, [2 * size, size], 1) as [Tensor2D, Tensor2D];
  const [reset, update] = tf.split(tf.sigmoid(tf.add(gatesInput, gatesHidden)), 2, 1) as [Tensor2D, Tensor2D];
  const candidate = tf.tanh(tf.add(newInput, tf.mul(reset, newHidden)));
  return tf.add(candidate, tf.mul(update, tf.sub(hidden, candidate)));
}
