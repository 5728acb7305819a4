import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import type { MemoryTrace } from "../memory/index.js";
import { headNames, memoryLayer } from "../models/index.js";
import { show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";

/**
 * What a memory model's heads do at each step of one sequence.
 *
 * @param read gets what the memory did at a step, read heads first, and the heads' names; the tensors live as long as
 *   it runs
 * @returns what `read` returned for each step
 * @throws UserError when the model has no memory, or the sequence is none that it reads
 */
export function tracedHeads<T>(
  model: LayersModel,
  sequence: ArrayLike<number>,
  read: (trace: MemoryTrace, names: string[]) => T,
): T[] {
  const layer = memoryLayer(model);
  const [, whole, features] = model.inputs[0]!.shape as [null, number | null, number];
  const steps = whole ?? Math.max(1, Math.floor(sequence.length / features));
  if (sequence.length !== steps * features)
    throw new UserError(
      `sequence has ${sequence.length} values, expected ${steps * features}: ${features} at each of ${steps} steps`,
    );
  const bad = Array.from(sequence).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new UserError(`sequence[${bad}] is ${show(sequence[bad])}, expected a finite number`);
  const input = tf.tensor3d(Float32Array.from(sequence), [1, sequence.length / features, features]) as Tensor3D;
  const names = headNames(layer);
  const traced = layer.trace(input);
  const found = traced.map((step) => read(step, names));
  tf.dispose([input, traced as never]);
  return found;
}
