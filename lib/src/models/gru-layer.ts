import type { Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";
import { type GruParameters, gruCell } from "./gru-cell.js";
import { uniform } from "./initializers.js";
import type { AddWeight } from "./recurrent-layer.js";
import { type StatefulConfig, StatefulLayer, type Step } from "./stateful-layer.js";

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
 * Input [batch, steps, features], output the last hidden state [batch, hidden], or with answers at every step all of them, [batch, steps, hidden].
 */
export class GruLayer extends StatefulLayer<GruParameters, { hidden: Tensor2D }> {
  static className = "DmsNtmGru";

  constructor(protected override readonly config: StatefulConfig) {
    super(config);
  }

  protected override addWeights(add: AddWeight, features: number): () => GruParameters {
    const { hidden, seed } = this.config;
    return addGruWeights(add, features, hidden, seed, "gru");
  }

  protected override step(weights: GruParameters): Step<{ hidden: Tensor2D }> {
    return ({ hidden }, input) => ({ hidden: gruCell(weights, input, hidden) });
  }

  protected override start(_: GruParameters, batch: number): { hidden: Tensor2D } {
    return { hidden: tf.zeros([batch, this.config.hidden]) };
  }

  protected override shown({ hidden }: { hidden: Tensor2D }): Tensor2D {
    return hidden;
  }
}

tf.serialization.registerClass(GruLayer as never);
