import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { scan } from "../capture.js";
import { tf } from "../tensorflow/tf.js";
import { addGatedWeights, type GatedParameters, gruCell } from "./cells.js";
import { checkLayerConfig, type LayerConfig, RecurrentLayer, registerLayer } from "./recurrent-layer.js";
import type { AddWeight } from "./weights.js";

interface Directions {
  forward: GatedParameters;
  backward: GatedParameters;
}

/**
 * Two GRUs, one that reads the sequence forwards and one that reads it backwards.
 * Input [batch, steps, features], output both hidden states at every step, [batch, steps, 2 * hidden].
 */
export class BiGruLayer extends RecurrentLayer<Directions> {
  static className = "DmsNtmBiGru";

  /** @throws UserError when the config is wrong */
  constructor(config: Omit<LayerConfig, "answers">) {
    super(checkLayerConfig("bigru", config, new.target));
  }

  protected override addWeights(add: AddWeight, features: number): () => Directions {
    const { hidden, seed } = this.config;
    const direction = (name: "forward" | "backward") => {
      const named: AddWeight = (weight, ...rest) =>
        add(`${name}${weight[0]!.toUpperCase()}${weight.slice(1)}`, ...rest);
      return addGatedWeights(named, { inputs: features, hidden, gates: 3, seed, prefix: `bigru/${name}` });
    };
    const [forward, backward] = [direction("forward"), direction("backward")];
    return () => ({ forward: forward(), backward: backward() });
  }

  /** Both directions in one loop: it reads the sequence and its reverse side by side. */
  protected override run({ forward, backward }: Directions, sequence: Tensor3D): Tensor3D {
    const [batch, , features] = sequence.shape;
    const { hidden } = this.config;
    const both = <T extends Tensor>(pair: T, size: number) => tf.split(pair, [size, size], -1) as [T, T];
    const cell = (state: { there: Tensor2D; back: Tensor2D }, input: Tensor) => {
      const [left, right] = both(input as Tensor2D, features);
      const there = gruCell(forward, left, state.there);
      const back = gruCell(backward, right, state.back);
      return { state: { there, back }, output: tf.concat([there, back], 1) };
    };
    const zeros = () => tf.zeros([batch, hidden]) as Tensor2D;
    const pairs = tf.concat([sequence, tf.reverse(sequence, 1)], 2);
    const [there, back] = both(scan(cell, { there: zeros(), back: zeros() }, pairs).outputs!, hidden);
    return tf.concat([there, tf.reverse(back, 1)], 2) as Tensor3D;
  }

  /** [batch, steps, 2 * hidden] for an input [batch, steps, features]. @internal */
  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0] ?? null, inputShape[1] ?? null, 2 * this.config.hidden];
  }
}

registerLayer(BiGruLayer);
