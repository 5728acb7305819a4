/** A 1-D CNN with batch normalisation and dropout that tells rising from falling signals. */
import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import type { Loss } from "../src/index.js";
import { tf } from "../src/tensorflow.js";
import { againstFit, type Compared } from "./against-fit.js";

const squares: Loss = (targets, predictions) => tf.mean(tf.square(tf.sub(targets, predictions))) as Scalar;

export function cnnWithBatchNorm(steps = 20): Promise<Compared> {
  const start = (seed: number) => tf.initializers.randomUniform({ minval: -0.3, maxval: 0.3, seed });
  const make = () =>
    tf.sequential({
      layers: [
        tf.layers.conv1d({ filters: 8, kernelSize: 5, inputShape: [40, 1], kernelInitializer: start(1) }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        tf.layers.maxPooling1d({ poolSize: 2 }),
        tf.layers.dropout({ rate: 0.1 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 1, kernelInitializer: start(2) }),
      ],
    });
  const slopes = Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const ramps = slopes.map((slope, row) =>
    Array.from({ length: 40 }, (_, i) => [slope * (i / 20 - 1) + Math.sin(row * 40 + i) / 2]),
  );
  const y: Tensor = tf.tensor2d(slopes, [32, 1]);
  return againstFit(
    make,
    tf.tensor3d(ramps),
    { fit: y, captured: y },
    { fit: "meanSquaredError", captured: squares },
    steps,
  );
}
