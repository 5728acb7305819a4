import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import {
  capture,
  captureTraining,
  classWeights,
  type Loss,
  type Optimizer,
  softmaxCrossEntropy,
} from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const modes = ["graph", "xla"] as const;
const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);
const uniform = (seed: number) => tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed });
const squares: Loss = (targets, predictions) => tf.mean(tf.square(tf.sub(targets, predictions))) as Scalar;
/** Plain descent, which shows gradients as they are. */
const descent: Optimizer = {
  name: "descent",
  init: () => [],
  update: (gradients, _state, parameters, rate) => ({
    parameters: parameters.map((p, i) => tf.sub(p, tf.mul(gradients[i]!, rate))),
    state: [],
  }),
};
const near = (got: number[], want: number[], tolerance = 1e-5) =>
  got.forEach((value, i) =>
    assert.ok(
      Math.abs(value - want[i]!) <= tolerance * Math.max(1, Math.abs(want[i]!)),
      `${i}: ${value}, not ${want[i]}`,
    ),
  );

for (const compile of modes) {
  test(`${compile}: regularizers, constraints and frozen layers train as in fit, loss included`, async () => {
    const make = () => {
      const model = tf.sequential({
        layers: [
          tf.layers.dense({
            units: 4,
            inputShape: [3],
            kernelInitializer: uniform(1),
            kernelRegularizer: tf.regularizers.l2({ l2: 10 }),
            biasRegularizer: tf.regularizers.l1({ l1: 0.5 }),
            biasInitializer: "ones",
            kernelConstraint: tf.constraints.nonNeg(),
          }),
          tf.layers.dense({
            units: 4,
            kernelInitializer: uniform(2),
            trainable: false,
            kernelRegularizer: tf.regularizers.l1l2({ l1: 0.1, l2: 0.1 }),
          }),
          tf.layers.dense({ units: 2, kernelInitializer: uniform(3) }),
        ],
      });
      return model;
    };
    const [ours, theirs] = [make(), make()];
    theirs.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
    const [x, y] = [random([8, 3], 1), random([8, 2], 2)];
    const trainer = await captureTraining(ours, { optimizer: descent, loss: squares, compile });
    for (let i = 0; i < 5; i++) {
      const loss = trainer.step(x, y, 0.01);
      const { history } = await theirs.fit(x, y, { batchSize: 8, epochs: 1, shuffle: false, verbose: 0 });
      near([loss], [history.loss![0] as number]);
    }
    ours.getWeights().forEach((weight, i) => near(values(weight), values(theirs.getWeights()[i]!)));
    trainer.dispose();
  });

  test(`${compile}: dropout and noise layers draw anew at each step, from the seed`, async () => {
    const drawn = async (layer: () => tf.layers.Layer, seed: number, several = false) => {
      const model = tf.sequential({
        layers: [tf.layers.dense({ units: 1000, inputShape: [1], kernelInitializer: "ones", useBias: true }), layer()],
      });
      const outputs: Loss = (_targets, predictions) => tf.mean(predictions) as Scalar;
      const trainer = await captureTraining(model, { compile, loss: outputs, optimizer: descent, seed });
      const [x, y] = [tf.ones([1, 1]), tf.zeros([1])];
      const losses = several
        ? trainer.steps(tf.ones([3, 1, 1]), tf.zeros([3, 1]), [1e-9, 1e-9, 1e-9])
        : [1, 2, 3].map(() => trainer.step(x, y, 1e-9));
      near(
        [trainer.predict(x).dataSync()[0]!],
        [model.getWeights()[0]!.dataSync()[0]! + model.getWeights()[1]!.dataSync()[0]!],
      );
      trainer.dispose();
      return losses;
    };
    const kinds: [string, () => tf.layers.Layer, sd: number][] = [
      ["dropout", () => tf.layers.dropout({ rate: 0.4 }), Math.sqrt(0.4 / 0.6)],
      ["noise", () => tf.layers.gaussianNoise({ stddev: 0.5 }), 0.5],
      ["gaussian dropout", () => tf.layers.gaussianDropout({ rate: 0.4 }), Math.sqrt(0.4 / 0.6)],
    ];
    for (const [name, layer, sd] of kinds) {
      const losses = await drawn(layer, 1);
      assert.equal(new Set(losses).size, 3, name);
      // means of 1,000 values of mean 1
      for (const loss of losses)
        assert.ok(loss !== 1 && Math.abs(loss - 1) < (5 * sd) / Math.sqrt(1000), `${name}: ${loss}`);
      near(await drawn(layer, 1), losses, 1e-6);
      near(await drawn(layer, 1, true), losses, 1e-6);
      assert.notDeepEqual(await drawn(layer, 2), losses);
    }
  });

  test(`${compile}: what remains of a unit under dropout is 1 / (1 - rate) of it, and gradients see the same mask`, async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 200, inputShape: [1], kernelInitializer: "ones", useBias: false }),
        tf.layers.dropout({ rate: 0.25 }),
      ],
    });
    const trainer = await captureTraining(model, {
      compile,
      loss: (_t, p) => tf.sum(tf.square(p)) as Scalar,
      optimizer: descent,
      seed: 4,
    });
    const loss = trainer.step(tf.ones([1, 1]), tf.zeros([1]), 0.1);
    const kept = Math.round(loss / (4 / 3) ** 2);
    assert.ok(Math.abs(loss / (4 / 3) ** 2 - kept) < 1e-3 && Math.abs(kept - 150) < 30, `${loss}`);
    // the gradient of a kept unit's square is 2 (4 / 3)^2, of a dropped one 0
    const weights = values(model.getWeights()[0]!);
    const moved = weights.filter((weight) => Math.abs(weight - (1 - 0.2 * (4 / 3) ** 2)) < 1e-5).length;
    assert.equal(moved, kept);
    assert.equal(weights.filter((weight) => weight === 1).length, 200 - kept);
    trainer.dispose();
  });

  test(`${compile}: a mask of fewer axes than the input is one for all of its rows, as eagerly`, async () => {
    const model = tf.sequential({ layers: [tf.layers.dropout({ rate: 0.5, noiseShape: [40], inputShape: [40] })] });
    const run = (x: Tensor) => model.apply(x, { training: true }) as Tensor;
    const captured = await capture(run, [tf.ones([3, 40])], { compile });
    for (const result of [run(tf.ones([3, 40])), captured(tf.ones([3, 40])) as Tensor]) {
      const [first, ...others] = result.arraySync() as number[][];
      for (const row of others) assert.deepEqual(row, first);
      assert.deepEqual(new Set(first), new Set([0, 2]));
    }
    captured.dispose();
  });

  test(`${compile}: recurrent dropout and alpha dropout train, and leave no tensors`, async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.alphaDropout({ rate: 0.2, inputShape: [3, 2] }),
        tf.layers.lstm({
          units: 3,
          dropout: 0.3,
          recurrentDropout: 0.3,
          returnSequences: true,
          kernelInitializer: uniform(1),
          recurrentInitializer: uniform(2),
        }),
        tf.layers.spatialDropout1d({ rate: 0.3 }),
        tf.layers.gru({ units: 3, dropout: 0.3, kernelInitializer: uniform(3), recurrentInitializer: uniform(4) }),
        tf.layers.dense({ units: 2, kernelInitializer: uniform(5) }),
      ],
    });
    const trainer = await captureTraining(model, { compile });
    const [x, labels] = [random([4, 3, 2], 1), tf.tensor1d([0, 1, 0, 1], "int32")];
    trainer.step(x, labels, 0.01);
    const before = tf.memory().numTensors;
    const losses = [1, 2, 3].map(() => trainer.step(x, labels, 1e-9));
    assert.equal(tf.memory().numTensors, before);
    assert.equal(new Set(losses).size, 3);
    const [a, b] = [values(trainer.predict(x)), values(model.predict(x) as Tensor)];
    near(a, b);
    trainer.dispose();
  });

  test(`${compile}: two inputs, two outputs, two losses with weights train as the eager sum does`, async () => {
    const make = () => {
      const [left, right] = [tf.input({ shape: [3] }), tf.input({ shape: [2] })];
      const joined = tf.layers.concatenate().apply([left, right]) as SymbolicTensor;
      const hidden = tf.layers
        .dense({ units: 4, activation: "tanh", kernelInitializer: uniform(1) })
        .apply(joined) as SymbolicTensor;
      const outputs = [3, 1].map(
        (units, i) => tf.layers.dense({ units, kernelInitializer: uniform(2 + i) }).apply(hidden) as SymbolicTensor,
      );
      return tf.model({ inputs: [left, right], outputs });
    };
    const [ours, theirs] = [make(), make()];
    const x = [random([4, 3], 1), random([4, 2], 2)];
    const targets = [tf.tensor1d([0, 1, 2, 1], "int32"), random([4, 1], 3)];
    const trainer = await captureTraining(ours, {
      compile,
      loss: [softmaxCrossEntropy, squares],
      lossWeights: [1, 0.25],
      optimizer: descent,
    });
    const optimizer = tf.train.sgd(0.1);
    const eager = () =>
      optimizer.minimize(() => {
        const [a, b] = theirs.apply(x, { training: true }) as Tensor[];
        return tf.add(softmaxCrossEntropy(targets[0]!, a!), tf.mul(squares(targets[1]!, b!), 0.25));
      }, true)!;
    for (let i = 0; i < 3; i++) near([trainer.step(x, targets, 0.1)], values(eager()));
    const pair = (tensors: Tensor[]) => tensors.map((tensor) => tf.stack([tensor, tensor]));
    near(trainer.steps(pair(x), pair(targets), [0.1, 0.1]), [...values(eager()), ...values(eager())]);
    const [a, b] = trainer.predictAll(x);
    assert.deepEqual(
      [a!.shape, b!.shape],
      [
        [4, 3],
        [4, 1],
      ],
    );
    near([...values(a!), ...values(b!)], (theirs.predict(x) as Tensor[]).flatMap(values));
    assert.throws(() => trainer.predict(x), /has 2 outputs: predictAll gives them/);
    assert.throws(() => trainer.step(x, targets[0]!, 0.1), /1 targets were given, expected 2/);
    trainer.dispose();
  });

  test(`${compile}: class weights train as in fit, sample weights as their losses times the weight`, async () => {
    const make = () =>
      tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2], kernelInitializer: uniform(1) })] });
    const [ours, theirs] = [make(), make()];
    const [x, labels] = [random([4, 2], 1), tf.tensor1d([0, 1, 2, 1], "int32")];
    theirs.compile({
      optimizer: tf.train.sgd(0.1),
      loss: (y, p) => tf.losses.softmaxCrossEntropy(y, p, undefined, undefined, tf.Reduction.NONE),
    });
    const trainer = await captureTraining(ours, { compile, optimizer: descent });
    const weights = [1, 0.5, 3];
    const loss = trainer.step(x, labels, 0.1, classWeights(labels, weights));
    const each = values(
      tf.losses.softmaxCrossEntropy(
        tf.oneHot(labels, 3),
        theirs.predict(x) as Tensor,
        undefined,
        undefined,
        tf.Reduction.NONE,
      ),
    );
    near([loss], [each.reduce((sum, value, i) => sum + value * weights[labels.dataSync()[i]!]!, 0) / 4]);
    await theirs.fit(x, tf.oneHot(labels, 3), {
      classWeight: { 0: 1, 1: 0.5, 2: 3 },
      batchSize: 4,
      shuffle: false,
      verbose: 0,
    });
    ours.getWeights().forEach((weight, i) => near(values(weight), values(theirs.getWeights()[i]!)));
    assert.throws(() => classWeights(labels, [1, 2]), /class weights are \[1,2\], label 2 has none/);
    trainer.dispose();
    const plain = await captureTraining(make(), { compile, loss: squares });
    assert.throws(
      () => plain.step(x, random([4, 3], 2), 0.1, tf.ones([4])),
      /takes no sample weights: give it a third parameter/,
    );
    plain.dispose();
  });

  test(`${compile}: upsampling trains one step a call and several`, async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.upSampling2d({ inputShape: [2, 2, 1] }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 3, kernelInitializer: uniform(1) }),
      ],
    });
    const [x, labels] = [random([4, 2, 2, 1], 1), tf.tensor1d([0, 1, 2, 1], "int32")];
    const trainer = await captureTraining(model, { compile, optimizer: descent });
    const first = trainer.step(x, labels, 0.1);
    const [second, third] = trainer.steps(tf.stack([x, x]), tf.stack([labels, labels]), [0.1, 0.1]);
    assert.ok(second! < first && third! < second!);
    trainer.dispose();
  });
}

test("both modes draw the same numbers", async () => {
  const losses = [];
  for (const compile of modes) {
    const model = tf.sequential({
      layers: [
        tf.layers.gaussianNoise({ stddev: 1, inputShape: [50] }),
        tf.layers.dropout({ rate: 0.5 }),
        tf.layers.dense({ units: 2, kernelInitializer: uniform(1) }),
      ],
    });
    const trainer = await captureTraining(model, { compile, seed: 9 });
    losses.push([1, 2, 3, 4].map(() => trainer.step(tf.ones([4, 50]), tf.tensor1d([0, 1, 0, 1], "int32"), 0.01)));
    trainer.dispose();
  }
  near(losses[0]!, losses[1]!, 1e-5);
});
