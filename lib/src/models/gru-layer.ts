import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { scan } from "../capture/index.js";
import { tf } from "../tensorflow.js";
import { type GruParameters, gruCell } from "./gru-cell.js";
import { uniform } from "./initializers.js";
import { type AddWeight, RecurrentLayer } from "./recurrent-layer.js";

/** Adds a GRU cell's four weights to a layer, drawn from streams of the seed. @returns reads them */
export function addGruWeights(
  addWeight: AddWeight,
  inputs: number,
  hidden: number,
  seed: number,
  prefix: string,
): () => GruParameters {
  const add = (name: string, shape: number[]) => addWeight(name, shape, uniform(hidden, seed, `${prefix}/${name}`));
  const kernel = add("kernel", [inputs, 3 * hidden]);
  const recurrentKernel = add("recurrentKernel", [hidden, 3 * hidden]);
  const bias = add("bias", [3 * hidden]);
  const recurrentBias = add("recurrentBias", [3 * hidden]);
  return () => ({
    kernel: kernel.read() as GruParameters["kernel"],
    recurrentKernel: recurrentKernel.read() as GruParameters["recurrentKernel"],
    bias: bias.read() as GruParameters["bias"],
    recurrentBias: recurrentBias.read() as GruParameters["recurrentBias"],
  });
}

/**
 * Gated recurrent unit with the reset gate after the recurrent product, which tfjs's own GRU layer lacks.
 * Input [batch, steps, features], output the last hidden state [batch, hidden].
 */
export class GruLayer extends RecurrentLayer<GruParameters> {
  static className = "DmsNtmGru";

  protected override addWeights(add: AddWeight, features: number): () => GruParameters {
    const { hidden, seed } = this.config;
    return addGruWeights(add, features, hidden, seed, "gru");
  }

  protected override run(weights: GruParameters, sequence: Tensor3D): Tensor2D {
    const cell = ({ hidden }: { hidden: Tensor2D }, input: Tensor) => ({
      state: { hidden: gruCell(weights, input as Tensor2D, hidden) },
    });
    return scan(cell, { hidden: tf.zeros([sequence.shape[0], this.config.hidden]) as Tensor2D }, sequence).state.hidden;
  }
}

tf.serialization.registerClass(GruLayer as never);
