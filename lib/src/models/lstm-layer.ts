import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { scan } from "../capture/index.js";
import { tf } from "../tensorflow.js";
import { startingAt, uniform } from "./initializers.js";
import { type LstmParameters, lstmCell } from "./lstm-cell.js";
import { type AddWeight, type RecurrentConfig, RecurrentLayer } from "./recurrent-layer.js";

export interface LstmLayerConfig extends RecurrentConfig {
  /** what the forget gate's bias starts with; absent: drawn like all others, near 0, which forgets half of the cell a step */
  forgetBias?: number | undefined;
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

/**
 * Long short-term memory with PyTorch's weights, drawn from the same law as the GRU's.
 * Input [batch, steps, features], output the last hidden state [batch, hidden].
 */
export class LstmLayer extends RecurrentLayer<LstmParameters> {
  static className = "DmsNtmLstm";

  constructor(protected override readonly config: LstmLayerConfig) {
    super(config);
  }

  protected override addWeights(add: AddWeight, features: number): () => LstmParameters {
    const { hidden, seed, forgetBias } = this.config;
    return addLstmWeights(add, features, hidden, seed, "lstm", forgetBias);
  }

  protected override run(weights: LstmParameters, sequence: Tensor3D): Tensor2D {
    const cell = (state: { hidden: Tensor2D; cell: Tensor2D }, input: Tensor) => ({
      state: lstmCell(weights, input as Tensor2D, state),
    });
    const zeros = () => tf.zeros([sequence.shape[0], this.config.hidden]) as Tensor2D;
    return scan(cell, { hidden: zeros(), cell: zeros() }, sequence).state.hidden;
  }
}

tf.serialization.registerClass(LstmLayer as never);
