import type { LayersModel, Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";

type Layer = tf.layers.Layer;

/** tfjs's layers that do the same at each step of a sequence, whatever the others are. */
const STEPWISE = [
  ...["Dense", "TimeDistributed", "Activation", "ReLU", "LeakyReLU", "ELU", "ThresholdedReLU", "Softmax"],
  ...["LayerNormalization", "BatchNormalization", "Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout"],
];

/**
 * Looks whether a model does nothing but run one layer over its input, and others after it: what that layer does with
 * the input is then what it does in the model.
 *
 * @param what the layer is, in the error
 * @throws UserError when it does more
 */
export function checkReadsInput(model: LayersModel, layer: Layer, what: string): void {
  const chain = chainOf(model);
  if (!chain)
    throw new UserError(
      `model ${model.name} has branches, or several inputs or outputs, expected ${what} and after it one layer after another`,
    );
  if (chain[0] !== layer)
    throw new UserError(
      `model ${model.name} begins with layer ${chain[0]!.name}, expected ${what}, ${layer.name}, to read its input`,
    );
}

/** A model's layers, each of which reads what the one before gives; undefined when they are arranged otherwise. */
function chainOf({ inputs, outputs }: LayersModel): Layer[] | undefined {
  if (inputs.length !== 1 || outputs.length !== 1) return undefined;
  const chain: Layer[] = [];
  for (let tensor = outputs[0]!; tensor !== inputs[0]; ) {
    const { sourceLayer, nodeIndex } = tensor;
    const { inputTensors } = sourceLayer.inboundNodes[nodeIndex]!;
    if (inputTensors.length !== 1) return undefined;
    chain.unshift(sourceLayer);
    tensor = inputTensors[0]!;
  }
  return chain;
}

/**
 * What a model makes of what its first layer gives at some steps, each taken for itself.
 *
 * @param every whether that layer gives the others all steps of a sequence at once
 * @param rows [rows, outputs]
 * @returns [rows, ...]
 * @throws UserError when a layer might look from one step at others
 */
export function applyAfterFirst(model: LayersModel, every: boolean, rows: Tensor2D): Tensor {
  const after = chainOf(model)!.slice(1);
  if (!every) return after.reduce<Tensor>((tensor, layer) => layer.apply(tensor) as Tensor, rows);
  return after.flatMap((layer) => stepwise(model, layer)).reduce<Tensor>(atOneStep, rows);
}

/** A layer, or those of a model within the model. @throws UserError when one isn't known to look at one step alone */
function stepwise(model: LayersModel, layer: Layer): Layer[] {
  const inner = (layer as unknown) instanceof tf.LayersModel && chainOf(layer as unknown as LayersModel);
  if (inner) return inner.flatMap((each) => stepwise(model, each));
  // of a sequence [batch, steps, features] the last
  const { axis = -1 } = layer as { axis?: number | number[] };
  const own = [axis].flat().every((one) => one === -1 || one === 2);
  if (own && STEPWISE.includes(layer.getClassName())) return [layer];
  throw new UserError(
    `model ${model.name}: layer ${layer.name} (${layer.getClassName()}) may look at several steps at once; if it looks at one, wrap it in tf.layers.timeDistributed`,
  );
}

/** A layer of sequences at steps that stand by themselves, [rows, ...]. */
function atOneStep(rows: Tensor, layer: Layer): Tensor {
  // it would ask for as many steps as the whole has
  if (layer.getClassName() === "TimeDistributed")
    return (layer as unknown as { layer: Layer }).layer.apply(rows) as Tensor;
  return tf.squeeze(layer.apply(tf.expandDims(rows, 1)) as Tensor, [1]);
}
