import type { Tensor } from "@tensorflow/tfjs-node";
import { CaptureError } from "../error.js";
import { show } from "../support/user-error.js";
import { tf } from "../tensorflow.js";

/** @throws CaptureError when the cell changes the state's shapes or types */
export function checkState(names: readonly string[], before: readonly Tensor[], after: readonly Tensor[]): void {
  after.forEach((tensor, i) => {
    const { dtype, shape } = before[i]!;
    if (tensor.dtype === dtype && tensor.shape.join() === shape.join()) return;
    throw new CaptureError(
      `scan: the cell turns state ${names[i]} from ${dtype} [${shape}] into ${tensor.dtype} [${tensor.shape}]: a loop's state keeps its shape and type`,
    );
  });
}

/** @throws CaptureError when an argument of scan is of the wrong kind */
export function checkScan(cell: unknown, state: unknown, inputs: unknown): void {
  if (typeof cell !== "function")
    throw new CaptureError(`scan: the cell is ${show(cell)}, expected a function of one step`);
  if (typeof state !== "object" || state === null)
    throw new CaptureError(`scan: the initial state is ${show(state)}, expected tensors by name`);
  const odd = Object.entries(state).find(([, tensor]) => !(tensor instanceof tf.Tensor));
  if (odd) throw new CaptureError(`scan: the initial state's ${odd[0]} is ${show(odd[1])}, expected a tensor`);
  if (!(inputs instanceof tf.Tensor)) throw new CaptureError(`scan: the inputs are ${show(inputs)}, expected a tensor`);
}

/** @throws CaptureError when how many steps to run isn't said by an int32 scalar */
export function checkSteps(steps: unknown): void {
  if (steps === undefined || (steps instanceof tf.Tensor && steps.dtype === "int32" && steps.rank === 0)) return;
  throw new CaptureError(
    `scan: steps is ${show(steps)}, expected an int32 scalar: how many of the inputs' steps to run`,
  );
}
