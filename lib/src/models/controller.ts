import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import { type GruParameters, gruCell } from "./gru-cell.js";
import { type LstmParameters, lstmCell } from "./lstm-cell.js";

/** What a controller carries from one step to the next. */
export interface ControllerState extends Record<string, Tensor> {
  /** what the heads and the readout see, [batch, hidden] */
  hidden: Tensor2D;
}

/**
 * One step of a memory's controller, its weights inside.
 *
 * @param input what comes in and what was read before, side by side, [batch, inputs]
 * @param state may hold more than the controller's own part
 * @returns the controller's part of the new state
 */
export type Controller = (input: Tensor2D, state: ControllerState) => ControllerState;

/** A GRU cell as the controller: its state is the hidden state alone. */
export function gruController(p: GruParameters): Controller {
  return (input, { hidden }) => ({ hidden: gruCell(p, input, hidden) });
}

/** Its state holds the LSTM's cell state too, as `cell`. */
export function lstmController(p: LstmParameters): Controller {
  return (input, { hidden, cell }) => lstmCell(p, input, { hidden, cell: cell as Tensor2D });
}

/** tanh of one linear layer: what it remembers, it remembers in the memory alone. */
export function feedforwardController(p: { kernel: Tensor2D; bias: Tensor1D }): Controller {
  return (input) => ({ hidden: tf.tanh(tf.add(tf.matMul(input, p.kernel), p.bias)) as Tensor2D });
}
