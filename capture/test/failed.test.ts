import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { capture, captureTraining, softmaxCrossEntropy } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());

test("a failed recording leaves the random source as it was: the training that follows is the same", async () => {
  const losses = async (failsFirst: boolean) => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 8, inputShape: [4], kernelInitializer: "ones" }),
        tf.layers.dropout({ rate: 0.5 }),
        tf.layers.dense({ units: 3, kernelInitializer: "ones" }),
      ],
    });
    let fails = failsFirst;
    const loss = (labels: Tensor, logits: Tensor) => {
      if (fails) throw new Error("not yet");
      return softmaxCrossEntropy(labels, tf.mul(logits, tf.range(0, 3)));
    };
    const trainer = await captureTraining(model, { compile: "graph", loss, seed: 3 });
    const [x, labels] = [tf.ones([2, 4]), tf.tensor1d([0, 2], "int32")];
    if (failsFirst) assert.throws(() => trainer.step(x, labels, 0.01), /not yet/);
    fails = false;
    const all = [1, 2, 3].map(() => trainer.step(x, labels, 0.01));
    trainer.dispose();
    model.dispose();
    return all;
  };
  assert.deepEqual(await losses(true), await losses(false));
});

test("a refused optimizer is as good as new: what it made while recorded has its first values", async () => {
  const step = (v: tf.Variable, optimizer: tf.Optimizer) => (x: Tensor) =>
    optimizer.minimize(() => tf.sum(tf.square(tf.sub(v, x))) as Scalar, true, [v])!;
  for (const make of [() => tf.train.adam(0.1), () => tf.train.momentum(0.1, 0.9), () => tf.train.adagrad(0.1)]) {
    const [a, b] = [tf.variable(tf.tensor1d([1, -2])), tf.variable(tf.tensor1d([1, -2]))];
    const [one, two] = [make(), make()];
    const x = tf.tensor1d([3, 4]);
    await assert.rejects(capture(step(a, one), [x]), /makes the variables? .*make them before/);
    for (let i = 0; i < 3; i++) assert.deepEqual(values(step(a, one)(x)), values(step(b, two)(x)));
    assert.deepEqual(values(a), values(b));
    tf.dispose([a, b]);
    one.dispose();
    two.dispose();
  }
});

test("a trainer whose step can't be captured leaves no tensors", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  const [x, labels] = [tf.ones([4, 3]), tf.zeros([4], "int32")];
  const held = tf.memory().numTensors;
  const trainer = await captureTraining(model, { loss: (_, p) => tf.scalar(tf.sum(p).dataSync()[0]!) });
  assert.throws(() => trainer.step(x, labels, 0.1), /dataSync/);
  trainer.dispose();
  assert.equal(tf.memory().numTensors, held);
  tf.dispose([x, labels]);
  model.dispose();
});

test("a function that fails leaves variables, scopes, gradients and the backend as before", async () => {
  const v = tf.variable(tf.scalar(1));
  const { state } = tf.engine();
  const scopes = () => [state.gradientDepth, state.kernelDepth, state.scopeStack.length, state.activeTape?.length];
  const before = scopes();
  const tensors = tf.memory().numTensors;
  const failing = (x: Tensor): Tensor =>
    tf.tidy(() =>
      tf.grad((y: Tensor) => {
        v.assign(v.add(tf.sum(y)) as Scalar);
        if (x.rank === 1) throw new Error("on purpose");
        return y;
      })(x),
    );
  const x = tf.ones([2]);
  await assert.rejects(capture(failing, [x]), /on purpose/);
  x.dispose();
  assert.deepEqual(scopes(), before);
  assert.equal(v.dataSync()[0], 1);
  assert.equal(tf.memory().numTensors, tensors);
  v.dispose();
});
