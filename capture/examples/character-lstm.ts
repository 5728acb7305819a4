/** An LSTM that learns which character comes next in a text. */
import type { Tensor } from "@tensorflow/tfjs-node";
import { softmaxCrossEntropy } from "../src/index.js";
import { tf } from "../src/tensorflow.js";
import { againstFit, type Compared } from "./against-fit.js";

const TEXT = "the quick brown fox jumps over the lazy dog and the dog sleeps on ";
const [STEPS, BATCH] = [12, 32];

export function characterLstm(steps = 20): Promise<Compared> {
  const letters = [...new Set(TEXT)].sort();
  const at = (i: number) => letters.indexOf(TEXT[i % TEXT.length]!);
  const rows = Array.from({ length: BATCH }, (_, row) => Array.from({ length: STEPS }, (_, step) => at(row + step)));
  const x = tf.oneHot(tf.tensor2d(rows, [BATCH, STEPS], "int32"), letters.length) as Tensor;
  const labels = tf.tensor1d(
    rows.map((_, row) => at(row + STEPS)),
    "int32",
  );
  const start = (seed: number) => tf.initializers.randomUniform({ minval: -0.2, maxval: 0.2, seed });
  const make = () =>
    tf.sequential({
      layers: [
        tf.layers.lstm({
          units: 24,
          inputShape: [STEPS, letters.length],
          kernelInitializer: start(1),
          recurrentInitializer: start(2),
        }),
        tf.layers.dense({ units: letters.length, kernelInitializer: start(3) }),
      ],
    });
  const oneHot = tf.oneHot(labels, letters.length) as Tensor;
  const loss = {
    fit: (targets: Tensor, logits: Tensor) => tf.losses.softmaxCrossEntropy(targets, logits),
    captured: softmaxCrossEntropy,
  };
  return againstFit(make, x.toFloat(), { fit: oneHot, captured: labels }, loss, steps);
}
