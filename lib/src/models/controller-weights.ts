import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import type { ControllerKind } from "./config.js";
import { type Controller, feedforwardController, gruController, lstmController } from "./controller.js";
import { addGruWeights } from "./gru-layer.js";
import { uniform } from "./initializers.js";
import { addLstmWeights } from "./lstm-layer.js";
import type { AddWeight } from "./recurrent-layer.js";

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
      const weights = addGruWeights(add, inputs, hidden, seed, prefix);
      return () => gruController(weights());
    }
    case "lstm": {
      const weights = addLstmWeights(add, inputs, hidden, seed, prefix);
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
