/** A functional model that reads two inputs and learns the product of their means. */
import type { Scalar, SymbolicTensor } from "@tensorflow/tfjs-node";
import type { Loss } from "../src/index.js";
import { tf } from "../src/tensorflow.js";
import { againstFit, type Compared } from "./against-fit.js";

const squares: Loss = (targets, predictions) => tf.mean(tf.square(tf.sub(targets, predictions))) as Scalar;

export function twoInputs(steps = 20): Promise<Compared> {
  const start = (seed: number) => ({
    kernelInitializer: tf.initializers.randomUniform({ minval: -0.4, maxval: 0.4, seed }),
  });
  const make = () => {
    const [left, right] = [tf.input({ shape: [6] }), tf.input({ shape: [4] })];
    const a = tf.layers.dense({ units: 8, activation: "tanh", ...start(1) }).apply(left) as SymbolicTensor;
    const b = tf.layers.dense({ units: 8, activation: "tanh", ...start(2) }).apply(right) as SymbolicTensor;
    const joined = tf.layers.multiply().apply([a, b]) as SymbolicTensor;
    const outputs = tf.layers.dense({ units: 1, ...start(3) }).apply(joined) as SymbolicTensor;
    return tf.model({ inputs: [left, right], outputs });
  };
  const x = [tf.randomNormal([32, 6], 0, 1, "float32", 1), tf.randomNormal([32, 4], 0, 1, "float32", 2)];
  const y = tf.mul(tf.mean(x[0]!, 1, true), tf.mean(x[1]!, 1, true));
  return againstFit(make, x, { fit: y, captured: y }, { fit: "meanSquaredError", captured: squares }, steps);
}
