import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { adam, captureTraining, softmaxCrossEntropy } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

/** Models of other builds than ours, as a reader would write them; each with its inputs, [4, ...]. */
const models: Record<string, () => { model: LayersModel; inputs: Tensor[] }> = {
  dense: () => ({
    model: tf.sequential({
      layers: [
        tf.layers.dense({ units: 8, inputShape: [6], activation: "elu", ...seeded(1) }),
        tf.layers.dense({ units: 3, ...seeded(2) }),
      ],
    }),
    inputs: [random([4, 6], 1)],
  }),
  conv1d: () => ({
    model: tf.sequential({
      layers: [
        tf.layers.conv1d({
          filters: 4,
          kernelSize: 3,
          inputShape: [12, 2],
          activation: "relu",
          padding: "same",
          ...seeded(1),
        }),
        tf.layers.maxPooling1d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 3, ...seeded(2) }),
      ],
    }),
    inputs: [random([4, 12, 2], 2)],
  }),
  "conv2d with batch normalisation": () => ({
    model: tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 2], ...seeded(1) }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        tf.layers.globalAveragePooling2d({}),
        tf.layers.dense({ units: 3, ...seeded(2) }),
      ],
    }),
    inputs: [random([4, 8, 8, 2], 3)],
  }),
  LSTM: () => ({
    model: tf.sequential({
      layers: [
        tf.layers.lstm({
          units: 5,
          inputShape: [6, 2],
          kernelInitializer: uniform(1),
          recurrentInitializer: uniform(3),
        }),
        tf.layers.dense({ units: 3, ...seeded(2) }),
      ],
    }),
    inputs: [random([4, 6, 2], 4)],
  }),
  "embedding with attention": () => {
    const input = tf.input({ shape: [7], dtype: "float32" });
    const words = tf.layers
      .embedding({ inputDim: 10, outputDim: 6, embeddingsInitializer: uniform(1) })
      .apply(input) as tf.SymbolicTensor;
    const query = tf.layers.dense({ units: 6, ...seeded(2) }).apply(words) as tf.SymbolicTensor;
    const scores = tf.layers
      .activation({ activation: "softmax" })
      .apply(tf.layers.dot({ axes: 2 }).apply([query, words])) as tf.SymbolicTensor;
    const mixed = tf.layers.dot({ axes: [2, 1] }).apply([scores, words]) as tf.SymbolicTensor;
    const pooled = tf.layers.globalAveragePooling1d({}).apply(mixed);
    const output = tf.layers.dense({ units: 3, ...seeded(3) }).apply(pooled) as tf.SymbolicTensor;
    return {
      model: tf.model({ inputs: input, outputs: output }),
      inputs: [
        tf.tensor2d(
          Array.from({ length: 28 }, (_, i) => (i * 7) % 10),
          [4, 7],
        ),
      ],
    };
  },
  "two inputs": () => {
    const [left, right] = [tf.input({ shape: [3] }), tf.input({ shape: [4] })];
    const a = tf.layers.dense({ units: 5, activation: "tanh", ...seeded(1) }).apply(left) as tf.SymbolicTensor;
    const b = tf.layers.dense({ units: 5, activation: "softplus", ...seeded(2) }).apply(right) as tf.SymbolicTensor;
    const joined = tf.layers.concatenate().apply([tf.layers.multiply().apply([a, b]) as tf.SymbolicTensor, a]);
    const output = tf.layers.dense({ units: 3, ...seeded(3) }).apply(joined) as tf.SymbolicTensor;
    return {
      model: tf.model({ inputs: [left, right], outputs: output }),
      inputs: [random([4, 3], 5), random([4, 4], 6)],
    };
  },
};

const uniform = (seed: number) => tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed });
const seeded = (seed: number) => ({ kernelInitializer: uniform(seed), biasInitializer: uniform(seed + 50) });
const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);
const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => weight.dataSync<"float32">());

for (const [name, make] of Object.entries(models)) {
  for (const compile of ["graph", "xla"] as const) {
    test(`${name}, ${compile}: 100 captured training steps equal 100 eager ones`, async () => {
      const { model: captured, inputs } = make();
      const { model: eager } = make();
      const labels = tf.tensor1d([0, 1, 2, 1], "int32");
      // an epsilon far above rounding: Adam divides by the gradient's size, and would make steps of what is rounding
      // where it is 0
      const trainer = await captureTraining(captured, { compile, optimizer: adam({ epsilon: 1e-3 }) });
      const optimizer = tf.train.adam(0.003, 0.9, 0.999, 1e-3);
      const input = inputs.length === 1 ? inputs[0]! : inputs;
      const stacked = inputs.map((tensor) => tf.stack(new Array(10).fill(tensor)));
      const allLabels = tf.stack(new Array(10).fill(labels));
      let losses: number[] = [];
      for (let i = 0; i < 100; i++) {
        // the first half one a call, the second ten a call
        if (i >= 50 && i % 10 === 0) {
          losses = trainer.steps(stacked.length === 1 ? stacked[0]! : stacked, allLabels, new Array(10).fill(0.003));
        }
        const loss = i < 50 ? trainer.step(input, labels, 0.003) : losses[i % 10]!;
        const forward = () => softmaxCrossEntropy(labels, eager.apply(input, { training: true }) as Tensor);
        const expected = tf.tidy(() => optimizer.minimize(forward, true)!.dataSync()[0]!);
        assert.ok(
          Math.abs(loss - expected) <= 1e-5 * Math.max(1, expected),
          `loss of step ${i} is ${loss}, eagerly ${expected}`,
        );
      }
      const [got, want] = [weightsOf(captured), weightsOf(eager)];
      got.forEach((list, w) => {
        list.forEach((value, i) => {
          const tolerance = 1e-4 * Math.max(1, Math.abs(want[w]![i]!));
          assert.ok(
            Math.abs(value - want[w]![i]!) <= tolerance,
            `${captured.weights[w]!.name}[${i}] is ${value}, eagerly ${want[w]![i]}`,
          );
        });
      });
      const [a, b] = [trainer.predict(input), eager.predict(input) as Tensor].map((tensor) =>
        tensor.dataSync<"float32">(),
      );
      a!.forEach((value, i) => {
        assert.ok(Math.abs(value - b![i]!) <= 1e-4, `prediction ${i} is ${value}, eagerly ${b![i]}`);
      });
      trainer.dispose();
    });
  }
}
