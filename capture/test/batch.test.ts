import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, Scalar, Tensor } from "@tensorflow/tfjs-node";
import { capture, captureTraining, scan, softmaxCrossEntropy } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

test("a model of one output has no classes for softmax", async () => {
  const one = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
  const trainer = await captureTraining(one);
  assert.throws(
    () => trainer.step(tf.zeros([2, 2]), tf.tensor1d([0, 1], "int32"), 0.1),
    /logits have shape \[2,1\], softmax takes at least two classes: .*tf\.losses\.sigmoidCrossEntropy/,
  );
  trainer.dispose();
});

test("a batch that isn't one for the model or its loss gives one line", async () => {
  const model: LayersModel = tf.sequential({ name: "small", layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
  const trainer = await captureTraining(model);
  const [x, labels] = [tf.zeros([2, 2]), tf.tensor1d([0, 2], "int32")];
  const refused: [string, () => unknown, RegExp][] = [
    [
      "float labels",
      () => trainer.step(x, tf.tensor1d([0, 2]), 0.1),
      /labels are float32 \[2\], expected int32 \[2\], for logits \[2,3\]: tf\.cast/,
    ],
    [
      "labels of shape [batch, 1]",
      () => trainer.step(x, tf.tensor2d([[0], [2]], [2, 1], "int32"), 0.1),
      /labels are int32 \[2,1\], expected int32 \[2\].*tf\.reshape/,
    ],
    [
      "one-hot labels",
      () => trainer.step(x, tf.oneHot(labels as never, 3), 0.1),
      /labels are int32 \[2,3\], expected int32 \[2\].*: of one-hot ones tf\.argMax\(labels, 1\)$/,
    ],
    ["a label too high", () => trainer.step(x, tf.tensor1d([0, 3], "int32"), 0.1), /label 3 is none of the 3 classes/],
    [
      "a label of several steps too high",
      () => trainer.steps(tf.zeros([1, 2, 2]), tf.tensor2d([[0, 9]], [1, 2], "int32"), [0.1]),
      /label 9 is none of the 3 classes/,
    ],
    [
      "a wrong shape",
      () => trainer.step(tf.zeros([2, 5]), labels, 0.1),
      /input 0 is float32 \[2,5\], but model small reads \[batch,2\]/,
    ],
    [
      "a wrong shape of several",
      () => trainer.steps(x, labels, [0.1]),
      /input 0 is float32 \[2,2\], but model small reads \[steps,batch,2\]/,
    ],
    [
      "other batches",
      () => trainer.step(tf.zeros([3, 2]), labels, 0.1),
      /labels are int32 \[2\], expected int32 \[3\]/,
    ],
    ["no tensor", () => trainer.step([1, 2] as never, labels, 0.1), /1 2|inputs are \[1,2\], expected a tensor/],
    ["nothing", () => trainer.predict(undefined as never), /inputs are undefined, expected a tensor/],
    [
      "eager, a label too high",
      () => softmaxCrossEntropy(tf.tensor1d([5], "int32"), tf.zeros([1, 3])),
      /label 5 is none of the 3 classes/,
    ],
  ];
  for (const [what, run, expected] of refused)
    assert.throws(
      run,
      (error) =>
        error instanceof Error &&
        error.name !== "Error" &&
        expected.test(error.message) &&
        !error.message.includes("\n"),
      what,
    );
  model.layers[0]!.trainable = false;
  assert.throws(() => trainer.step(x, labels, 0.1), /was frozen after captureTraining: capture the training again/);
  await assert.rejects(captureTraining(model), /has no weights to train/);
  model.layers[0]!.trainable = true;
  trainer.step(x, labels, 0.1);
  model.dispose();
  assert.throws(() => trainer.step(x, labels, 0.1), /model small was disposed/);
  const odd = await captureTraining(tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] }), {
    loss: ((_t: Tensor, p: Tensor) => p) as never,
  });
  assert.throws(
    () => odd.step(tf.ones([2, 2]), tf.tensor1d([0, 1], "int32"), 0.1),
    /the loss gives a tf\.Tensor \[2,3\], expected a scalar/,
  );
});

for (const compile of ["graph", "xla"] as const)
  test(`${compile}: labels are looked at also where a loss of one's own wraps softmaxCrossEntropy, or capture does`, async () => {
    const model: LayersModel = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
    const smoothed = (targets: Tensor, logits: Tensor) =>
      tf.add(softmaxCrossEntropy(tf.cast(targets, "int32"), logits), 0.1) as Scalar;
    const trainer = await captureTraining(model, { loss: smoothed, compile });
    const labels = (...values: number[]) => tf.tensor1d(values);
    const x = tf.ones([2, 2]);
    const message = /^label 3 is none of the 3 classes that the model gives: labels go from 0 to 2$/;
    assert.ok(Number.isFinite(trainer.step(x, labels(0, 2), 0.1)));
    const before = model.getWeights().map((weight) => Array.from(weight.dataSync()));
    assert.throws(() => trainer.step(x, labels(0, 3), 0.1), { message });
    const several = (...values: number[]) => [tf.ones([2, 2, 2]), tf.tensor2d(values, [2, 2])] as const;
    assert.throws(() => trainer.steps(...several(0, 1, 2, 3), [0.1, 0.1]), { message });
    assert.throws(() => trainer.step(x, labels(-1, 0), 0.1), /label -1 is none/);
    // a refused batch changes nothing
    assert.deepEqual(
      model.getWeights().map((weight) => Array.from(weight.dataSync())),
      before,
    );
    assert.equal(trainer.steps(...several(0, 1, 2, 0), [0.1, 0.1]).length, 2);
    // rows that no step is made on are padding
    assert.equal(trainer.steps(...several(0, 1, 7, -1), [0.1]).length, 1);
    const plain = await captureTraining(model, { compile });
    const padded = tf.tensor2d([0, 1, 7, -1], [2, 2], "int32");
    assert.equal(plain.steps(tf.ones([2, 2, 2]), padded, [0.1]).length, 1);
    plain.dispose();
    trainer.dispose();
    const loss = await capture(softmaxCrossEntropy, [tf.tensor1d([0, 1], "int32"), tf.zeros([2, 3])], { compile });
    assert.throws(() => loss(tf.tensor1d([0, 3], "int32"), tf.zeros([2, 3])), { message });
    loss.dispose();
  });

for (const compile of ["graph", "xla"] as const)
  test(`${compile}: in a cell the loss of a label that is no class is NaN`, async () => {
    const sum = (labels: Tensor, logits: Tensor) =>
      scan(
        ({ total }, label) => {
          const loss = softmaxCrossEntropy(tf.reshape(label, [-1]), logits);
          return { state: { total: tf.add(total, loss) as Tensor } };
        },
        { total: tf.zeros([1]) as Tensor },
        labels,
      ).state.total;
    const rows = (...values: number[]) => tf.tensor2d(values, [1, 3], "int32");
    const logits = tf.tensor2d([[1, 2, 3]]);
    const captured = await capture(sum, [rows(0, 1, 2), logits], { compile });
    const [fine] = (captured(rows(0, 1, 2), logits) as Tensor).dataSync();
    assert.ok(Math.abs(fine! - sum(rows(0, 1, 2), logits).dataSync()[0]!) < 1e-5);
    for (const wrong of [7, -1]) assert.ok(Number.isNaN((captured(rows(0, wrong, 2), logits) as Tensor).dataSync()[0]));
    captured.dispose();
  });

test("a model that ends with a softmax has no logits for softmaxCrossEntropy, for a loss of probabilities it is right", async () => {
  const dense = (activation?: "softmax") =>
    tf.layers.dense({ units: 3, inputShape: [2], ...(activation && { activation }) });
  const models = [
    tf.sequential({ layers: [dense("softmax")] }),
    tf.sequential({ layers: [dense(), tf.layers.softmax()] }),
    tf.sequential({ layers: [dense(), tf.layers.activation({ activation: "softmax" })] }),
  ];
  for (const model of models) {
    await assert.rejects(
      captureTraining(model),
      /softmaxCrossEntropy: model \S+ ends with a softmax, expected logits: leave it out/,
    );
    const loss = (targets: Tensor, given: Tensor) =>
      tf.metrics.categoricalCrossentropy(targets, given).mean() as Scalar;
    const trainer = await captureTraining(model, { loss });
    assert.ok(trainer.step(tf.ones([1, 2]), tf.tensor2d([[0, 1, 0]]), 0.1) > 0);
    trainer.dispose();
  }
  (await captureTraining(tf.sequential({ layers: [dense()] }))).dispose();
});
