import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import type { HeadWeight } from "../figures/index.js";
import { headNames, memoryLayer } from "../models/addressing-walk.js";
import { tf } from "../tensorflow.js";

/**
 * Where the heads of a memory model look while it reads one sequence: a row a step, head and slot, as `weightsHeatmap` draws them.
 *
 * @param model a model with an NtmLayer, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @throws UserError when the model has no NtmLayer
 */
export function headWeights(model: LayersModel, sequence: ArrayLike<number>): HeadWeight[] {
  const layer = memoryLayer(model);
  const features = model.inputs[0]!.shape[2]!;
  const input = tf.tensor3d(Float32Array.from(sequence), [1, sequence.length / features, features]) as Tensor3D;
  const names = headNames(layer);
  const steps = layer.trace(input);
  const rows = steps.flatMap(({ heads }, step) =>
    (heads.weights.arraySync() as number[][][])[0]!.flatMap((weights, i) =>
      weights.map((weight, slot) => ({ step, slot, weight, head: names[i]! })),
    ),
  );
  tf.dispose([input, steps as never]);
  return rows;
}
