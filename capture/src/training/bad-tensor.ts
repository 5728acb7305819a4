import type { LayersModel, layers, Scalar, SymbolicTensor, Tensor, Variable } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";
import { withCallLosses } from "./call-losses.js";

type Named = [name: string, tensor: Tensor];

/**
 * The first tensor of a training step with a value that is NaN or infinite, in the order in which they are computed:
 * the input, the targets, the weights, what each layer gives, the loss.
 *
 * @param x one for each input of the model
 * @param targets one for each output
 * @param loss of the batch
 * @returns its name and the value, e.g. "the weight logits/kernel, NaN"; undefined when all are finite
 */
export function badTensor(
  model: LayersModel,
  x: readonly Tensor[],
  targets: readonly Tensor[] = [],
  loss?: () => Scalar,
): string | undefined {
  return tf.tidy(() => {
    const counted = (what: string, tensors: readonly Tensor[]) =>
      tensors.map((tensor, i): Named => [tensors.length > 1 ? `${what} ${i}` : `the ${what}`, tensor]);
    const weights = model.weights.map((weight): Named => [`the weight ${weight.originalName}`, weight.read()]);
    const given = [...counted("input", x), ...counted("targets", targets), ...weights];
    return firstOf(given) ?? firstOf(computed(model, x, loss));
  });
}

/** The first weight whose gradient isn't finite: its name and the value; undefined when all are. */
export function badGradient(model: LayersModel, loss: () => Scalar): string | undefined {
  return tf.tidy(() => {
    const weights = model.trainableWeights.map((weight) => weight.read() as Variable);
    const { grads } = tf.variableGrads(loss, weights);
    const named = weights.map(
      ({ name }, i): Named => [`the gradient of ${model.trainableWeights[i]!.originalName}`, grads[name]!],
    );
    return firstOf(named.filter(([, gradient]) => gradient !== undefined));
  });
}

function computed(model: LayersModel, x: readonly Tensor[], loss?: () => Scalar): Named[] {
  const given = outputsOf(model);
  const inside = tf.model({ inputs: model.inputs, outputs: given.map(({ output }) => output) });
  const inputs = x.length === 1 ? x[0]! : [...x];
  const outputs = withCallLosses(model, () => [inside.apply(inputs, { training: true })].flat() as Tensor[]);
  const named = outputs.map((output, i): Named => [`the output of layer ${nameOf(given[i]!.layer)}`, output]);
  return loss ? [...named, ["the loss", loss()]] : named;
}

/** tfjs's record of one call of a layer. */
interface CallNode {
  outputTensors: SymbolicTensor[];
}

/**
 * What every layer gives at each of its calls in a model. A shared layer, or a model inside, has several calls, of which
 * some may be another model's: `layer.output` throws there.
 */
function outputsOf(model: LayersModel): { layer: layers.Layer; output: SymbolicTensor }[] {
  const { containerNodes } = model as unknown as { containerNodes: Set<string> };
  return model.layers.flatMap((layer) => {
    const calls = (layer as unknown as { inboundNodes: CallNode[] }).inboundNodes;
    const own = calls.filter((_, i) => containerNodes.has(`${layer.name}_ib-${i}`));
    return own.flatMap(({ outputTensors }) => outputTensors.map((output) => ({ layer, output })));
  });
}

/** Without the number that tfjs counts layers of no name by: records of the same run are the same in every process. */
function nameOf({ name }: { name: string }): string {
  return name.replace(/_[A-Z]\w*?\d+$/, "");
}

function firstOf(tensors: readonly Named[]): string | undefined {
  for (const [name, tensor] of tensors) {
    const value = tensor.dataSync<"float32">().find((each) => !Number.isFinite(each));
    if (value !== undefined) return `${name}, ${value}`;
  }
  return undefined;
}
