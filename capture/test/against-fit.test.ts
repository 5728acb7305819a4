import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, Scalar, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { captureTraining, classWeights, type Loss, sgd, softmaxCrossEntropy } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const uniform = (seed: number) => tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed }) as never;
const squares: Loss = (targets, predictions, weights) => {
  const each = tf.mean(tf.squaredDifference(targets, predictions), -1);
  return tf.mean(weights ? tf.mul(each, weights) : each) as Scalar;
};

/** Words in, indexed by an embedding; two outputs, one of classes and one of numbers. */
function words(): LayersModel {
  const input = tf.input({ shape: [3] });
  const embedded = tf.layers.embedding({ inputDim: 5, outputDim: 4, embeddingsInitializer: uniform(1) }).apply(input);
  const hidden = tf.layers.gru({ units: 4, kernelInitializer: uniform(2), recurrentInitializer: uniform(3) });
  const state = hidden.apply(embedded as SymbolicTensor) as SymbolicTensor;
  const outputs = [3, 2].map(
    (units) => tf.layers.dense({ units, kernelInitializer: uniform(3 + units) }).apply(state) as SymbolicTensor,
  );
  return tf.model({ inputs: input, outputs });
}

function near(got: LayersModel, expected: LayersModel, what: string): void {
  got.getWeights().forEach((weight, w) => {
    const want = expected.getWeights()[w]!.dataSync<"float32">();
    weight.dataSync<"float32">().forEach((value, i) => {
      assert.ok(Math.abs(value - want[i]!) <= 1e-5, `${what}: ${weight.shape} [${i}] is ${value}, by fit ${want[i]}`);
    });
  });
}

const x = tf.tensor2d(
  Array.from({ length: 30 }, (_, i) => (i * 7 + 2) % 5),
  [10, 3],
);
const labels = tf.tensor1d(
  Array.from({ length: 10 }, (_, i) => (i * 2) % 3),
  "int32",
);
const numbers = tf.randomNormal([10, 2], 0, 1, "float32", 4);
const rows = (tensor: Tensor, from: number, size: number) => tf.slice(tensor, from, Math.min(size, 10 - from));

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: a ragged last batch, and weights set between calls, train as in fit, several outputs`, async () => {
    const [captured, eager] = [words(), words()];
    const trainer = await captureTraining(captured, {
      compile,
      optimizer: sgd(),
      loss: [softmaxCrossEntropy, squares],
      lossWeights: [1, 0.5],
    });
    const logits = (t: Tensor, p: Tensor) => tf.losses.softmaxCrossEntropy(t as never, p as never) as Tensor;
    eager.compile({
      optimizer: tf.train.sgd(0.1),
      loss: [logits, (t: Tensor, p: Tensor) => tf.mul(squares(t, p), 0.5)],
    });
    const oneHot = tf.oneHot(labels, 3).toFloat();
    for (let epoch = 0; epoch < 3; epoch++) {
      const { history } = await eager.fit(x, [oneHot, numbers], {
        batchSize: 4,
        epochs: 1,
        shuffle: false,
        verbose: 0,
      });
      let sum = 0;
      for (let at = 0; at < 10; at += 4) {
        const size = Math.min(4, 10 - at);
        sum += size * trainer.step(rows(x, at, 4), [rows(labels, at, 4), rows(numbers, at, 4)], 0.1);
      }
      const { loss: losses } = history;
      const loss = losses![0] as number;
      assert.ok(Math.abs(sum / 10 - loss) < 1e-5, `epoch ${epoch}: the loss is ${sum / 10}, by fit ${loss}`);
      near(captured, eager, `epoch ${epoch}`);
      for (const model of [captured, eager]) model.setWeights(model.getWeights().map((w) => tf.mul(w, 0.9)));
    }
    trainer.dispose();
  });

  test(`${compile}: several steps a call equal fit, and follow weights that were set since`, async () => {
    const [captured, eager] = [words(), words()];
    const trainer = await captureTraining(captured, {
      compile,
      optimizer: sgd(),
      loss: [softmaxCrossEntropy, squares],
    });
    const logits = (t: Tensor, p: Tensor) => tf.losses.softmaxCrossEntropy(t as never, p as never) as Tensor;
    eager.compile({ optimizer: tf.train.sgd(0.1), loss: [logits, (t: Tensor, p: Tensor) => squares(t, p)] });
    const oneHot = tf.oneHot(labels, 3).toFloat();
    const two = (tensor: Tensor) => tf.reshape(tensor, [2, 5, ...tensor.shape.slice(1)]);
    for (let epoch = 0; epoch < 3; epoch++) {
      await eager.fit(x, [oneHot, numbers], { batchSize: 5, epochs: 1, shuffle: false, verbose: 0 });
      trainer.steps(two(x), [two(labels), two(numbers)], [0.1, 0.1]);
      near(captured, eager, `epoch ${epoch}`);
      for (const model of [captured, eager]) model.setWeights(model.getWeights().map((w) => tf.mul(w, 0.9)));
    }
    assert.throws(
      () => trainer.steps(two(tf.fill([10, 3], 9)), [two(labels), two(numbers)], [0.1, 0.1]),
      (error: Error) => /9/.test(error.message) && !error.message.includes("\n"),
    );
    near(captured, eager, "after a bad index");
    trainer.dispose();
  });

  test(`${compile}: class weights of a ragged batch, several steps a call, train as in fit`, async () => {
    const make = () =>
      tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [3], kernelInitializer: uniform(1) })] });
    const [captured, eager] = [make(), make()];
    const trainer = await captureTraining(captured, { compile, optimizer: sgd() });
    // without a mean of its own: fit's weights meet each sample's loss
    const loss = (t: Tensor, p: Tensor) => tf.neg(tf.sum(tf.mul(t, tf.logSoftmax(p as never)), -1));
    eager.compile({ optimizer: tf.train.sgd(0.1), loss });
    const oneHot = tf.oneHot(labels, 3).toFloat();
    for (let epoch = 0; epoch < 2; epoch++) {
      await eager.fit(x, oneHot, {
        batchSize: 4,
        epochs: 1,
        shuffle: false,
        verbose: 0,
        classWeight: { 0: 1, 1: 3, 2: 0.5 } as never,
      });
      const weights = classWeights(labels, [1, 3, 0.5]);
      const two = (tensor: Tensor) => tf.reshape(tf.slice(tensor, 0, 8), [2, 4, ...tensor.shape.slice(1)]);
      trainer.steps(two(x), two(labels), [0.1, 0.1], two(weights));
      trainer.step(rows(x, 8, 4), rows(labels, 8, 4), 0.1, rows(weights, 8, 4));
      near(captured, eager, `epoch ${epoch}`);
    }
    trainer.dispose();
  });
}
