import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import { headNames, memoryLayer, type NtmTrace } from "../models/index.js";
import { tf } from "../tensorflow.js";

/**
 * What a memory model's heads do at each step of one sequence.
 *
 * @param read gets a step's heads, read heads first, and their names; the tensors live as long as it runs
 * @returns what `read` returned for each step
 * @throws UserError when the model has no NtmLayer
 */
export function tracedHeads<T>(
  model: LayersModel,
  sequence: ArrayLike<number>,
  read: (heads: NtmTrace["heads"], names: string[]) => T,
): T[] {
  const layer = memoryLayer(model);
  const features = model.inputs[0]!.shape[2]!;
  const input = tf.tensor3d(Float32Array.from(sequence), [1, sequence.length / features, features]) as Tensor3D;
  const names = headNames(layer);
  const steps = layer.trace(input);
  const found = steps.map(({ heads }) => read(heads, names));
  tf.dispose([input, steps as never]);
  return found;
}
