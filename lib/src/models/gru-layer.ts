import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import { type AddWeight, addGatedWeights, type GatedParameters } from "./recurrent-layer.js";
import { addStart, type StartKind, startState } from "./start-vector.js";
import { type StatefulConfig, StatefulLayer, type Step } from "./stateful-layer.js";

/** Weights of a GRU cell, the gates in the order reset, update, new (as in PyTorch and cuDNN). */
export interface GruParameters extends GatedParameters {}

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

export interface GruLayerConfig extends StatefulConfig {
  /** of the hidden state; absent: "zero" */
  initial?: StartKind | undefined;
}

interface Weights {
  cell: GruParameters;
  /** [hidden] */
  start: Tensor1D | undefined;
}

type GruState = { hidden: Tensor2D };

/**
 * Gated recurrent unit with the reset gate after the recurrent product, which tfjs's own GRU layer lacks. Input [batch,
 * steps, features], output the last hidden state [batch, hidden], or with answers at every step all of them, [batch,
 * steps, hidden].
 */
export class GruLayer extends StatefulLayer<Weights, GruState> {
  static className = "DmsNtmGru";

  constructor(protected override readonly config: GruLayerConfig) {
    super(config);
  }

  protected override addWeights(add: AddWeight, features: number): () => Weights {
    const { hidden, seed, initial } = this.config;
    const cell = addGatedWeights(add, { inputs: features, hidden, gates: 3, seed, prefix: "gru" });
    const start = addStart(add, initial, "initialHidden", hidden, seed, "gru");
    return () => ({ cell: cell(), start: start() });
  }

  protected override step({ cell }: Weights): Step<GruState> {
    return ({ hidden }, input) => ({ hidden: gruCell(cell, input, hidden) });
  }

  protected override start({ start }: Weights, batch: number): GruState {
    return { hidden: startState(start, batch, this.config.hidden) };
  }

  protected override shown({ hidden }: GruState): Tensor2D {
    return hidden;
  }
}

tf.serialization.registerClass(GruLayer as never);
