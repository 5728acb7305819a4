import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow.js";

/** The parts of tfjs's layers that may be frozen. */
interface Part {
  name: string;
  trainable: boolean;
  layers?: Part[];
  layer?: Part;
  cell?: Part;
  cells?: Part[];
  forwardLayer?: Part;
  backwardLayer?: Part;
}

/** The variables of a model that is trained. */
export class ModelWeights {
  readonly all: Variable[];
  /** those of them that a step updates */
  readonly trained: Variable[];
  /** the model, its layers and what is inside of them */
  readonly parts: readonly Part[];
  private readonly trainable: readonly boolean[];
  private readonly layers: readonly tf.layers.Layer[];

  /** @throws UserError when the model has nothing to train */
  constructor(private readonly model: LayersModel) {
    // tfjs-layers keeps its variables behind a private field
    // and lists those twice of a layer that stands inside a nested model and beside it
    const variablesOf = (weights: unknown[]) => [
      ...new Set(weights.map((weight) => (weight as { val: Variable }).val)),
    ];
    this.trained = variablesOf(model.trainableWeights);
    this.all = variablesOf(model.weights);
    if (this.trained.length === 0)
      throw new UserError(`model ${model.name} has no weights to train: all layers are frozen, or have none`);
    this.parts = partsOf(model as unknown as Part);
    this.layers = layersOf(model);
    this.trainable = this.parts.map(({ trainable }) => trainable);
  }

  /** @throws UserError when the model was disposed, or a layer was added, frozen or freed since */
  check(): void {
    if (this.all.some(({ isDisposed }) => isDisposed))
      throw new UserError(`model ${this.model.name} was disposed: keep it as long as its trainer`);
    const now = layersOf(this.model);
    if (now.length !== this.layers.length || now.some((layer, i) => layer !== this.layers[i]))
      throw new UserError(
        `model ${this.model.name} has other layers than at captureTraining: capture the training again`,
      );
    const other = this.parts.find(({ trainable }, i) => trainable !== this.trainable[i]);
    if (other)
      throw new UserError(
        `layer ${other.name} was ${other.trainable ? "made trainable" : "frozen"} after captureTraining: capture the training again`,
      );
  }

  /** Sets the weights that are trained, and disposes what it sets them to. */
  assign(updated: readonly Tensor[]): void {
    this.trained.forEach((variable, i) => {
      variable.assign(updated[i]!);
      updated[i]!.dispose();
    });
  }

  /** Does something that may change weights, and changes them back. */
  untouched<T>(work: () => T): T {
    const before = this.all.map((variable) => tf.clone(variable));
    try {
      return tf.tidy(work as never) as T;
    } finally {
      this.all.forEach((variable, i) => void variable.assign(before[i]! as never));
      tf.dispose(before);
    }
  }
}

/** The layers of a model and of the models inside of it. What layers make for themselves may come and go. */
function layersOf({ layers }: LayersModel): tf.layers.Layer[] {
  return layers.flatMap((layer) => [
    layer,
    ...((layer as unknown) instanceof tf.LayersModel ? layersOf(layer as never) : []),
  ]);
}

function partsOf(part: Part): Part[] {
  const inner = [part.layers, part.layer, part.cell, part.cells, part.forwardLayer, part.backwardLayer].flat();
  return [part, ...inner.filter((each) => each !== undefined && each !== null).flatMap(partsOf)];
}
