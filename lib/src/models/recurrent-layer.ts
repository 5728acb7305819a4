import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";

/** A layer that reads a sequence [batch, steps, features] and gives its last hidden state [batch, hidden]. */
export abstract class RecurrentLayer extends tf.layers.Layer {
  constructor(protected readonly config: { hidden: number; name?: string }) {
    super(config.name === undefined ? {} : { name: config.name });
  }

  /** The last hidden state, from the layer's weights. */
  protected abstract run(sequence: Tensor3D): Tensor2D;

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0] ?? null, this.config.hidden];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => this.run((Array.isArray(inputs) ? inputs[0] : inputs) as Tensor3D));
  }
}
