import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import { UserError } from "../check.js";
import type { HeadWeight } from "../figures/index.js";
import { NtmLayer } from "../models/index.js";
import { tf } from "../tensorflow.js";

/**
 * Where the heads of a memory model look while it reads one sequence: a row a step, head and slot, as `weightsHeatmap` draws them.
 *
 * @param model a model with an NtmLayer, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @throws UserError when the model has no NtmLayer
 */
export function headWeights(model: LayersModel, sequence: ArrayLike<number>): HeadWeight[] {
  const layer = model.layers.find((candidate) => candidate instanceof NtmLayer);
  if (!layer) throw new UserError(`model ${model.name} has no memory, expected one of kind "ntm"`);
  const features = model.inputs[0]!.shape[2]!;
  const input = tf.tensor3d(Float32Array.from(sequence), [1, sequence.length / features, features]) as Tensor3D;
  const { readHeads, writeHeads } = (layer as NtmLayer).heads;
  const names = [...headNames("read", readHeads), ...headNames("write", writeHeads)];
  const steps = (layer as NtmLayer).trace(input);
  const rows = steps.flatMap(({ heads }, step) =>
    (heads.weights.arraySync() as number[][][])[0]!.flatMap((weights, i) =>
      weights.map((weight, slot) => ({ step, slot, weight, head: names[i]! })),
    ),
  );
  tf.dispose([input, steps as never]);
  return rows;
}

/** "read" alone, or "read 1", "read 2", ... */
function headNames(kind: string, count: number): string[] {
  return count === 1 ? [kind] : Array.from({ length: count }, (_, i) => `${kind} ${i + 1}`);
}
