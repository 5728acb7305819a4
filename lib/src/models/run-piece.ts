import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import type { State } from "../capture.js";
import { show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import { applyAfter, checkModel, statefulLayer } from "./find-layer.js";
import type { Piece } from "./stateful-layer.js";

/**
 * Runs a model over one part of a long sequence, from the state in which the part before ended: the logits are those of
 * one run over the whole, whatever the parts. `predict` and training start every sequence anew; here too, unless a
 * state is given.
 *
 * @param model as `buildModel` makes it, of kind "gru", "lstm" or "ntm"
 * @param x [batch, steps, features]
 * @param state what the call for the part before returned; absent: a new sequence
 * @returns logits after every step, [batch, steps, classes], and the state after the last; the caller disposes both
 * @throws UserError when the model carries no state
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
    const logits = applyAfter(model, layer as never, outputs);
    return { outputs: logits, state: last } as never;
  });
}
