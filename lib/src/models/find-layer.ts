import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import { checkModel as checked } from "tfjs-capture/dist/src/training/trainer.js";
import type { State } from "../capture.js";
import type { Memory } from "../memory/index.js";
import { show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import { applyAfterFirst, checkReadsInput } from "./chain.js";
import { memoryKinds } from "./config.js";
import { MemoryLayer } from "./memory-layer.js";
import { NtmLayer } from "./ntm-layer.js";
import { type Piece, StatefulLayer } from "./recurrent-layer.js";

/** Checks that a model is one, and not its config. @throws UserError */
export function checkModel(model: unknown): asserts model is LayersModel {
  checked(model, "buildModel(config, seed) makes one of a config");
}

/**
 * The layer of a model that carries a state.
 *
 * @throws UserError when it has none, or not as its first layer
 * @internal
 */
export function statefulLayer(model: LayersModel): StatefulLayer<unknown, State> {
  checkModel(model);
  const layer = model.layers.find((candidate) => candidate instanceof StatefulLayer);
  const kinds = ["gru", "lstm", ...memoryKinds()].map(show).join(", ");
  if (!layer) throw new UserError(`model ${model.name} carries no state, expected one of kind ${kinds}`);
  checkReadsInput(model, layer, "a layer with a state");
  return layer as StatefulLayer<unknown, State>;
}

/** A model's memory, of any kind. @throws UserError when it has none, or not as its first layer @internal */
export function memoryLayer(model: LayersModel): MemoryLayer {
  checkModel(model);
  const layer = model.layers.find((candidate) => candidate instanceof MemoryLayer);
  if (!layer)
    throw new UserError(
      `model ${model.name} has no memory, expected one of kind ${memoryKinds().map(show).join(", ")}`,
    );
  checkReadsInput(model, layer, "its memory");
  return layer as MemoryLayer;
}

/** The same, where the stages of an NTM's addressing are wanted. @throws UserError when its memory is another one @internal */
export function ntmLayer(model: LayersModel): NtmLayer {
  const layer = memoryLayer(model);
  if ((layer as unknown) instanceof NtmLayer) return layer as unknown as NtmLayer;
  throw new UserError(`model ${model.name} has a memory of kind ${layer.memory.kind}, expected "ntm"`);
}

/**
 * The heads' names: "read" and "write"; of several of a kind "read 1", "read 2", ...
 *
 * @returns [readHeads + writeHeads], read heads first
 * @internal
 */
export function headNames(layer: { memory: Pick<Memory, "heads"> }): string[] {
  const named = (kind: string, count: number) =>
    count === 1 ? [kind] : Array.from({ length: count }, (_, i) => `${kind} ${i + 1}`);
  const { read, write } = layer.memory.heads;
  return [...named("read", read), ...named("write", write)];
}

/**
 * Runs a model over one part of a long sequence, from the state in which the part before ended: the logits are those of
 * one run over the whole, whatever the parts. `predict` and training start every sequence anew; here too, unless a
 * state is given.
 *
 * @param model as `buildModel` makes it, recurrent or with a memory; Lie-access memory with `slots` set. Or one of your
 *   own: first a layer with a state, then layers that look at one step at a time
 * @param x [batch, steps, features]
 * @param state what the call for the part before returned; absent: a new sequence
 * @returns logits after every step, [batch, steps, classes], and the state after the last; the caller disposes both
 * @throws UserError when the model isn't such a one, its memory has as many entries as the whole has steps, or the state
 *   is none of the model's for such a batch
 *
 * @example
 * const first = models.runPiece(model, x1);
 * const second = models.runPiece(model, x2, first.state);
 */
export function runPiece<S extends State = State>(model: LayersModel, x: Tensor3D, state?: S): Piece<S> {
  checkModel(model);
  const layer = statefulLayer(model);
  if (!(x instanceof tf.Tensor)) throw new UserError(`x is ${show(x)}, expected a tensor [batch, steps, features]`);
  const features = model.inputs[0]!.shape[2];
  if (x.shape.length !== 3 || x.shape[2] !== features)
    throw new UserError(`x is [${x.shape}], expected [batch, steps, ${features}] as model ${model.name} reads it`);
  return tf.tidy(() => {
    const { outputs, state: last } = layer.runFrom(x, state);
    const [batch, steps, size] = outputs.shape;
    const each = applyAfterFirst(model, layer.answersEvery, tf.reshape(outputs, [batch * steps, size]));
    const logits = tf.reshape(each, [batch, steps, ...each.shape.slice(1)]);
    return { outputs: logits, state: last } as never;
  });
}
