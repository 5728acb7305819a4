/**
 * A recurrent cell written by hand, a leaky sum, whose leak is learned: a captured step with scan's loop, its gradient
 * and the update.
 */
import type { Scalar, Tensor, Tensor1D, Tensor3D } from "@tensorflow/tfjs-node";
import { capture, scan } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

/** @returns the leak as learned; the data were made with 0.8 */
export async function ownCell(steps = 200): Promise<number> {
  const leaky = (leak: Tensor, x: Tensor) =>
    scan(({ sum }, input) => ({ state: { sum: tf.add(tf.mul(sum, leak), input) } }), { sum: tf.zeros([16, 1]) }, x)
      .state.sum;
  const x = tf.randomNormal<tf.Rank.R3>([16, 10, 1], 0, 1, "float32", 1);
  const target = tf.tidy(() => leaky(tf.tensor1d([0.8]), x));
  const leak = tf.variable(tf.tensor1d([0.1]));
  const optimizer = tf.train.sgd(0.02);
  // the variable is read and written at each call
  const step = await capture(
    (batch: Tensor3D): Scalar =>
      optimizer.minimize(() => tf.mean(tf.square(tf.sub(leaky(leak as Tensor1D, batch), target))) as Scalar, true, [
        leak,
      ])!,
    [x],
  );
  for (let i = 0; i < steps; i++) tf.dispose(step(x));
  const learned = leak.dataSync()[0]!;
  step.dispose();
  return learned;
}
