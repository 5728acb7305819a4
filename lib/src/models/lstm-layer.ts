import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import { startingAt, uniform } from "./initializers.js";
import { type LstmParameters, lstmCell } from "./lstm-cell.js";
import type { AddWeight } from "./recurrent-layer.js";
import { addStart, type StartKind, startState } from "./start-vector.js";
import { type StatefulConfig, StatefulLayer, type Step } from "./stateful-layer.js";

export interface LstmLayerConfig extends StatefulConfig {
  /**
   * what the forget gate's bias starts with; absent: drawn like all others, near 0, which forgets half of the cell a
   * step
   */
  forgetBias?: number | undefined;
  /** of the hidden state and the cell state; absent: "zero" */
  initial?: StartKind | undefined;
}

/** Adds an LSTM cell's four weights to a layer, drawn from streams of the seed. @returns reads them */
export function addLstmWeights(
  addWeight: AddWeight,
  inputs: number,
  hidden: number,
  seed: number,
  prefix: string,
  forgetBias?: number,
): () => LstmParameters {
  const drawn = (name: string) => uniform(hidden, seed, `${prefix}/${name}`);
  const add = (name: string, shape: number[]) => addWeight(name, shape, drawn(name));
  const forget = Array.from({ length: forgetBias === undefined ? 0 : hidden }, (_, i): [number, number] => [
    hidden + i,
    forgetBias!,
  ]);
  const kernel = add("kernel", [inputs, 4 * hidden]);
  const recurrentKernel = add("recurrentKernel", [hidden, 4 * hidden]);
  const bias = addWeight("bias", [4 * hidden], startingAt(forget, drawn("bias")));
  const recurrentBias = add("recurrentBias", [4 * hidden]);
  return () => ({
    kernel: kernel.read() as LstmParameters["kernel"],
    recurrentKernel: recurrentKernel.read() as LstmParameters["recurrentKernel"],
    bias: bias.read() as LstmParameters["bias"],
    recurrentBias: recurrentBias.read() as LstmParameters["recurrentBias"],
  });
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
    const cell = addLstmWeights(add, features, hidden, seed, "lstm", forgetBias);
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
