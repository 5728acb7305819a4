import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import { type GruParameters, gruCell } from "./gru-cell.js";
import { uniform } from "./initializers.js";
import type { AddWeight } from "./recurrent-layer.js";
import { addStart, type StartKind, startState } from "./start-vector.js";
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
    const cell = addGruWeights(add, features, hidden, seed, "gru");
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
