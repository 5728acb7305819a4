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

const modes = ["graph", "xla"] as const;
const one = <T>(list: T[]) => (list.length === 1 ? list[0]! : list);

for (const [name, make] of Object.entries(models)) {
  test(`${name}: 100 captured training steps, as a graph and by XLA, equal 100 eager ones`, async () => {
    const { model: eager, inputs } = make();
    const captured = modes.map(() => make().model);
    const labels = tf.tensor1d([0, 1, 2, 1], "int32");
    // an epsilon far above rounding: Adam divides by the gradient's size, and would make steps of what is rounding
    // where it is 0
    const trainers = await Promise.all(
      modes.map((compile, m) => captureTraining(captured[m]!, { compile, optimizer: adam({ epsilon: 1e-3 }) })),
    );
    const optimizer = tf.train.adam(0.003, 0.9, 0.999, 1e-3);
    const expected = Array.from({ length: 100 }, () => {
      const forward = () => softmaxCrossEntropy(labels, eager.apply(one(inputs), { training: true }) as Tensor);
      return tf.tidy(() => optimizer.minimize(forward, true)!.dataSync()[0]!);
    });
    const stacked = inputs.map((tensor) => tf.stack(new Array(10).fill(tensor)));
    const allLabels = tf.stack(new Array(10).fill(labels));
    const want = weightsOf(eager);
    const predicted = (eager.predict(one(inputs)) as Tensor).dataSync<"float32">();
    for (const [m, trainer] of trainers.entries()) {
      // the first half one a call, the second ten a call
      const losses = Array.from({ length: 50 }, () => trainer.step(one(inputs), labels, 0.003));
      for (let call = 0; call < 5; call++)
        losses.push(...trainer.steps(one(stacked), allLabels, new Array(10).fill(0.003)));
      losses.forEach((loss, i) => {
        const near = Math.abs(loss - expected[i]!) <= 1e-5 * Math.max(1, expected[i]!);
        assert.ok(near, `${modes[m]}: loss of step ${i} is ${loss}, eagerly ${expected[i]}`);
      });
      weightsOf(captured[m]!).forEach((list, w) => {
        list.forEach((value, i) => {
          const near = Math.abs(value - want[w]![i]!) <= 1e-4 * Math.max(1, Math.abs(want[w]![i]!));
          assert.ok(near, `${modes[m]}: ${eager.weights[w]!.name}[${i}] is ${value}, eagerly ${want[w]![i]}`);
        });
      });
      trainer
        .predict(one(inputs))
        .dataSync<"float32">()
        .forEach((value, i) => {
          const near = Math.abs(value - predicted[i]!) <= 1e-4;
          assert.ok(near, `${modes[m]}: prediction ${i} is ${value}, eagerly ${predicted[i]}`);
        });
      trainer.dispose();
    }
  });
}
