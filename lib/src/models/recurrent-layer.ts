import type { layers, serialization, Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import { type Initializer, startingAt, uniform } from "./initializers.js";

/** Weight of a layer as a tensor; tfjs's own type for it isn't exported. */
export type Weight = ReturnType<layers.Layer["addWeight"]>;
/** Adds a weight to a layer, trainable if it isn't said otherwise. */
export type AddWeight = (name: string, shape: number[], initializer: Initializer, trainable?: boolean) => Weight;

export interface RecurrentConfig {
  hidden: number;
  /** of the initial weights */
  seed: number;
  name?: string;
}

/**
 * A layer that reads a sequence [batch, steps, features] and gives its last hidden state [batch, hidden], if it doesn't
 * say otherwise. `Parameters` are its weights as tensors, in the form that its cell takes.
 */
export abstract class RecurrentLayer<Parameters> extends tf.layers.Layer {
  private readParameters: (() => Parameters) | undefined;

  constructor(protected readonly config: RecurrentConfig) {
    super(config.name === undefined ? {} : { name: config.name });
  }

  /** Adds the layer's weights. @returns reads them */
  protected abstract addWeights(add: AddWeight, features: number): () => Parameters;

  /** The output, from the layer's weights. */
  protected abstract run(parameters: Parameters, sequence: Tensor3D): Tensor;

  protected get parameters(): Parameters {
    if (!this.readParameters) throw new Error(`layer ${this.name} has no weights yet: apply it to an input first`);
    return this.readParameters();
  }

  /** @internal */
  override build(inputShape: (number | null)[]): void {
    const add: AddWeight = (name, shape, initializer, trainable = true) =>
      this.addWeight(name, shape, "float32", initializer, undefined, trainable);
    this.readParameters = this.addWeights(add, inputShape[2]!);
    super.build(inputShape);
  }

  /** @internal */
  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0] ?? null, this.config.hidden];
  }

  /** @internal */
  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => this.run(this.parameters, (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor3D));
  }

  /** @internal */
  override getConfig(): serialization.ConfigDict {
    // a config is JSON; keys that are undefined would be saved as null, and tfjs adds one of its own when it loads a
    // layer
    const { customObjects: _, ...own } = JSON.parse(JSON.stringify(this.config));
    return { ...own, ...super.getConfig() };
  }
}

/** Weights of a gated cell, its gates side by side, with two biases (as in PyTorch and cuDNN). */
export interface GatedParameters {
  /** [inputs, gates * hidden] */
  kernel: Tensor2D;
  /** [hidden, gates * hidden] */
  recurrentKernel: Tensor2D;
  /** [gates * hidden] */
  bias: Tensor1D;
  /** [gates * hidden] */
  recurrentBias: Tensor1D;
}

/**
 * Adds a gated cell's four weights to a layer, drawn from streams of the seed.
 *
 * @param biases [index, value] pairs that `bias` starts with
 * @returns reads them
 */
export function addGatedWeights(
  add: AddWeight,
  { inputs, hidden, gates, seed, prefix }: Record<"inputs" | "hidden" | "gates" | "seed", number> & { prefix: string },
  biases: readonly [index: number, value: number][] = [],
): () => GatedParameters {
  const drawn = (name: string) => uniform(hidden, seed, `${prefix}/${name}`);
  const kernel = add("kernel", [inputs, gates * hidden], drawn("kernel"));
  const recurrentKernel = add("recurrentKernel", [hidden, gates * hidden], drawn("recurrentKernel"));
  const bias = add("bias", [gates * hidden], startingAt(biases, drawn("bias")));
  const recurrentBias = add("recurrentBias", [gates * hidden], drawn("recurrentBias"));
  return () => ({
    kernel: kernel.read() as Tensor2D,
    recurrentKernel: recurrentKernel.read() as Tensor2D,
    bias: bias.read() as Tensor1D,
    recurrentBias: recurrentBias.read() as Tensor1D,
  });
}
