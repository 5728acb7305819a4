import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import { type AddWeight, addGatedWeights, type GatedParameters } from "./recurrent-layer.js";
import { addStart, type StartKind, startState } from "./start-vector.js";
import { type StatefulConfig, StatefulLayer, type Step } from "./stateful-layer.js";

/**
 * Weights of an LSTM cell, the gates in the order input, forget, cell, output, with two biases (as in PyTorch and
 * cuDNN).
 */
export interface LstmParameters extends GatedParameters {}

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

export interface LstmLayerConfig extends StatefulConfig {
  /**
   * what the forget gate's bias starts with; absent: drawn like all others, near 0, which forgets half of the cell a
   * step
   */
  forgetBias?: number | undefined;
  /** of the hidden state and the cell state; absent: "zero" */
  initial?: StartKind | undefined;
}

interface Weights {
  cell: LstmParameters;
  /** [hidden] */
  startHidden: Tensor1D | undefined;
  startCell: Tensor1D | undefined;
}

type LstmState = { hidden: Tensor2D; cell: Tensor2D };

/**
 * Long short-term memory with PyTorch's weights, drawn from the same law as the GRU's. Input [batch, steps, features],
 * output the last hidden state [batch, hidden], or with answers at every step all of them, [batch, steps, hidden].
 */
export class LstmLayer extends StatefulLayer<Weights, LstmState> {
  static className = "DmsNtmLstm";

  constructor(protected override readonly config: LstmLayerConfig) {
    super(config);
  }

  protected override addWeights(add: AddWeight, features: number): () => Weights {
    const { hidden, seed, forgetBias, initial } = this.config;
    const forget =
      forgetBias === undefined
        ? []
        : Array.from({ length: hidden }, (_, i) => [hidden + i, forgetBias] as [number, number]);
    const cell = addGatedWeights(add, { inputs: features, hidden, gates: 4, seed, prefix: "lstm" }, forget);
    const startHidden = addStart(add, initial, "initialHidden", hidden, seed, "lstm");
    const startCell = addStart(add, initial, "initialCell", hidden, seed, "lstm");
    return () => ({ cell: cell(), startHidden: startHidden(), startCell: startCell() });
  }

  protected override step({ cell }: Weights): Step<LstmState> {
    return (state, input) => lstmCell(cell, input, state);
  }

  protected override start({ startHidden, startCell }: Weights, batch: number): LstmState {
    const { hidden } = this.config;
    return { hidden: startState(startHidden, batch, hidden), cell: startState(startCell, batch, hidden) };
  }

  protected override shown({ hidden }: LstmState): Tensor2D {
    return hidden;
  }
}

tf.serialization.registerClass(LstmLayer as never);
