import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import type { ControllerKind } from "./config.js";
import { type GruParameters, gruCell } from "./gru-layer.js";
import { uniform } from "./initializers.js";
import { type LstmParameters, lstmCell } from "./lstm-layer.js";
import { type AddWeight, addGatedWeights } from "./recurrent-layer.js";

/** What a controller carries from one step to the next. @internal */
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

/**
 * Adds a controller's weights to a memory layer, drawn from streams of the seed.
 * @param memory its kind, which the streams are named by
 * @returns makes the controller from them
 */
export function addController(
  kind: ControllerKind,
  add: AddWeight,
  inputs: number,
  hidden: number,
  seed: number,
  memory: string,
): () => Controller {
  const prefix = `${memory}/controller`;
  switch (kind) {
    case "gru": {
      const weights = addGatedWeights(add, { inputs, hidden, gates: 3, seed, prefix });
      return () => gruController(weights());
    }
    case "lstm": {
      const weights = addGatedWeights(add, { inputs, hidden, gates: 4, seed, prefix });
      return () => lstmController(weights());
    }
    case "feedforward": {
      const kernel = add("kernel", [inputs, hidden], uniform(inputs, seed, `${prefix}/kernel`));
      const bias = add("bias", [hidden], uniform(inputs, seed, `${prefix}/bias`));
      return () => feedforwardController({ kernel: kernel.read() as Tensor2D, bias: bias.read() as Tensor1D });
    }
  }
}

/** What a controller's state holds at the start besides the hidden state. */
export function controllerStart(kind: ControllerKind, batch: number, hidden: number): Record<string, Tensor> {
  return kind === "lstm" ? { cell: tf.zeros([batch, hidden]) } : {};
}
