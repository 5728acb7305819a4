import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { RandomState } from "../../src/dataset/index.js";
import { gaussian } from "../../src/memory/index.js";
import { buildModel, type ModelConfig } from "../../src/models/index.js";
import { publishedModels, soundModels } from "../../src/studies/index.js";
import { makeTask, taskBatch } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { adam, captureTraining, evaluate, softmaxCrossEntropy, train, trainingSet } from "../../src/training/index.js";

const small: Record<string, ModelConfig> = {
  mlp: { ...publishedModels.mlp, features: 6, hidden: [5], classes: 3 },
  gru: { ...publishedModels.gru, steps: 4, hidden: 5, classes: 3 },
  ntm: { ...publishedModels.ntm, steps: 4, hidden: 5, slots: 6, width: 3, classes: 3 },
  dms: { ...publishedModels.dms, steps: 4, hidden: 5, slots: 6, width: 3, classes: 3 },
};

function batch(model: LayersModel, rows: number, seed: number): { x: Tensor; labels: Tensor } {
  const shape = (model.inputs[0]!.shape as number[]).slice(1);
  return {
    x: tf.randomNormal([rows, ...shape], 0, 1, "float32", seed),
    labels: tf.tensor1d(
      Array.from({ length: rows }, (_, i) => (i + seed) % 3),
      "int32",
    ),
  };
}

const weightsOf = (model: LayersModel) => model.getWeights().map((w) => Array.from(w.dataSync()));

const modes = ["graph", "xla"] as const;

for (const [name, config] of Object.entries(small)) {
  test(`${name}: 100 captured steps, as a graph and by XLA, equal 100 eager ones, of two batch sizes`, async () => {
    const eager = buildModel(config, 3);
    const captured = modes.map(() => buildModel(config, 3));
    const trainers = await Promise.all(
      modes.map((compile, m) => captureTraining(captured[m]!, { compile, optimizer: adam({ epsilon: 1e-3 }) })),
    );
    // a large epsilon: the published start leaves addressing gradients of pure rounding, which Adam would blow up to
    // full steps
    const optimizer = tf.train.adam(0.01, 0.9, 0.999, 1e-3);
    for (let i = 0; i < 100; i++) {
      const { x, labels } = batch(eager, i % 3 === 2 ? 5 : 8, i);
      const expected = optimizer
        .minimize(() => softmaxCrossEntropy(labels, eager.apply(x) as Tensor), true)!
        .dataSync()[0]!;
      for (const [m, trainer] of trainers.entries()) {
        const loss = trainer.step(x, labels, 0.01);
        const near = Math.abs(loss - expected) < 1e-5 * Math.max(1, expected);
        assert.ok(near, `${modes[m]}, step ${i}: ${loss} and ${expected}`);
      }
    }
    const want = weightsOf(eager);
    for (const [m, model] of captured.entries())
      weightsOf(model).forEach((list, w) => {
        list.forEach((value, i) => {
          const near = Math.abs(value - want[w]![i]!) < 2e-5;
          assert.ok(near, `${modes[m]}, weight ${w}[${i}]: ${value} and ${want[w]![i]}`);
        });
      });
    for (const trainer of trainers) trainer.dispose();
  });
}

test("steps leave no tensors", async () => {
  const model = buildModel(small.dms!, 1);
  const trainer = await captureTraining(model);
  const { x, labels } = batch(model, 4, 1);
  trainer.step(x, labels, 0.01);
  const before = tf.memory().numTensors;
  for (let i = 0; i < 100; i++) trainer.step(x, labels, 0.01);
  assert.equal(tf.memory().numTensors, before);
  trainer.dispose();
});

test("Adam is PyTorch's: three steps by hand", () => {
  tf.tidy(() => {
    const optimizer = adam();
    let parameters: Tensor[] = [tf.scalar(1)];
    let state = optimizer.init(parameters);
    let [p, m, v] = [1, 0, 0];
    for (let t = 1; t <= 3; t++) {
      const g = 0.5 * t;
      ({ parameters, state } = optimizer.update([tf.scalar(g)], state, parameters, tf.scalar(0.1)));
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      p -= (0.1 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      assert.ok(Math.abs(parameters[0]!.dataSync()[0]! - p) < 1e-6);
    }
  });
});

test("a model whose weights were set from one tensor trains each weight by itself", async () => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 2, inputShape: [2] }), tf.layers.dense({ units: 2 })],
  });
  const [kernel, bias] = [
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
    tf.zeros([2]),
  ];
  model.setWeights([kernel, bias, kernel, bias]);
  const trainer = await captureTraining(model);
  trainer.step(
    tf.tensor2d([
      [1, 0],
      [0, 1],
    ]),
    tf.tensor1d([0, 1], "int32"),
    0.01,
  );
  const [first, , second] = weightsOf(model);
  assert.notDeepEqual(first, second);
  trainer.dispose();
});

test("compiling leaves no tensors", async () => {
  const model = buildModel(small.gru!, 1);
  const trainer = await captureTraining(model);
  const { x, labels } = batch(model, 4, 1);
  trainer.step(x, labels, 0.01);
  tf.dispose(trainer.predict(x));
  const before = tf.memory().numTensors;
  const { x: other, labels: otherLabels } = batch(model, 6, 1);
  trainer.step(other, otherLabels, 0.01);
  tf.dispose(trainer.predict(other));
  tf.dispose([other, otherLabels]);
  assert.equal(tf.memory().numTensors, before);
  trainer.dispose();
});

test("evaluation agrees with tfjs's own loss and a hand count", async () => {
  const model = buildModel(small.mlp!, 2);
  const trainer = await captureTraining(model);
  const { x, labels } = batch(model, 10, 5);
  const set = trainingSet(x.dataSync(), labels.dataSync(), [6]);
  const { loss, correct, of, accuracy } = evaluate(trainer, set);
  const logits = model.predict(x) as Tensor;
  assert.ok(Math.abs(loss - softmaxCrossEntropy(labels, logits).dataSync()[0]!) < 1e-6);
  assert.equal(correct, tf.sum(tf.equal(tf.argMax(logits, 1), labels)).dataSync()[0]);
  assert.equal(accuracy, correct / of);
  trainer.dispose();
});

for (const [name, compile] of [
  ["gru", "graph"],
  ["mlp", "xla"],
  ["dms", "graph"],
  ["dms", "xla"],
] as const) {
  test(`${name}, ${compile}: several steps a call equal as many calls, at a learning rate each`, async () => {
    const build = () => captureTraining(buildModel(small[name]!, 3), { compile, optimizer: adam({ epsilon: 1e-3 }) });
    const [single, several] = [await build(), await build()];
    const batches = Array.from({ length: 7 }, (_, i) => batch(single.model, 8, i));
    const rates = batches.map((_, i) => 0.01 / (i + 1));
    const expected = batches.map(({ x, labels }, i) => single.step(x, labels, rates[i]!));
    const stacked = (from: number, to: number) => ({
      x: tf.stack(batches.slice(from, to).map(({ x }) => x)),
      labels: tf.stack(batches.slice(from, to).map(({ labels }) => labels)),
    });
    // four of four, then three of four: the last batch is room that is not used
    const [all, some] = [stacked(0, 4), stacked(3, 7)];
    const losses = several.steps(all.x, all.labels, rates.slice(0, 4));
    const rest = stacked(4, 7);
    const padded = {
      x: tf.concat([rest.x, some.x.slice(0, 1)]),
      labels: tf.concat([rest.labels, some.labels.slice(0, 1)]),
    };
    losses.push(...several.steps(padded.x, padded.labels, rates.slice(4)));
    assert.equal(losses.length, 7);
    losses.forEach((loss, i) => {
      assert.ok(Math.abs(loss - expected[i]!) < 1e-6, `step ${i}: ${loss} and ${expected[i]}`);
    });
    const [got, want] = [weightsOf(several.model), weightsOf(single.model)];
    got.forEach((list, w) => {
      list.forEach((value, i) => {
        assert.ok(Math.abs(value - want[w]![i]!) < 1e-6, `weight ${w}[${i}]: ${value} and ${want[w]![i]}`);
      });
    });
    assert.throws(() => several.steps(all.x, all.labels, []), /0 learning rates for 4 batches/);
    assert.throws(
      () => several.steps(all.x, all.labels, [1, 1, 1, 1, 1].map(Number)),
      /5 learning rates for 4 batches/,
    );
    const before = tf.memory().numTensors;
    several.steps(all.x, all.labels, rates.slice(0, 2));
    assert.equal(tf.memory().numTensors, before);
    single.dispose();
    several.dispose();
  });
}

test("a model of NaN has no sample right", async () => {
  const model = buildModel(small.mlp!, 2);
  model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, Number.NaN)));
  const trainer = await captureTraining(model);
  const { loss, correct } = evaluate(trainer, trainingSet(new Array(60).fill(1), [0, 1, 2, 0, 1, 2, 0, 1, 2, 0], [6]));
  assert.deepEqual([loss, correct], [Number.NaN, 0]);
  trainer.dispose();
});

test("callbacks that are async where nothing awaits them are refused, and their failure doesn't end the process", async () => {
  const trainer = await captureTraining(buildModel(small.mlp!, 2));
  const set = trainingSet(new Array(24).fill(1), [0, 1, 2, 0], [6]);
  const failing = (async () => {
    throw new Error("mine");
  }) as never;
  const options = { epochs: 1, batchSize: 2, learningRate: 0.1, order: RandomState.stream(1, "order") };
  await assert.rejects(train(trainer, set, { ...options, augment: failing }), /augment is async, nothing awaits it/);
  await assert.rejects(
    train(trainer, set, { ...options, learningRate: failing }),
    /learningRate.* is async, nothing awaits it/,
  );
  const own = { ...makeTask({ task: "copy", bits: 2, lengths: [1, 2] }), sample: failing };
  assert.throws(() => taskBatch(own, RandomState.stream(1, "x"), { batch: 1, lengths: [1, 1] }), /sample is async/);
  trainer.dispose();
});

test("models with a learned memory leave no tensors behind", () => {
  const before = tf.memory().numTensors;
  for (const name of ["ntm-learned", "dms-periodic"] as const) buildModel(soundModels[name]!(20), 1).dispose();
  assert.equal(tf.memory().numTensors, before);
});

test("of the published kernel, half-way shifts die below a floor of 0.081, as its docs say", () => {
  const weightAt = (sigma: number) => 2 * Math.exp(-1 / (8 * sigma ** 2));
  const kept = (sigma: number) => weightAt(sigma) / (weightAt(sigma) + 1e-8);
  assert.ok(kept(0.1) > 0.998 && kept(0.0809) > 0.45 && kept(0.0809) < 0.55 && kept(0.05) < 1e-12);
  const shift = gaussian({ sigmaFloor: 0.05 });
  tf.tidy(() => {
    // sigma's softplus of -40 is 0: the floor itself
    const { kernel } = shift.kernel(tf.tensor3d([[[0.5, -40]]]), 8);
    assert.ok(kernel.max().dataSync()[0]! < 1e-6);
  });
});

test("only logits of classes are evaluated", async () => {
  const layers = tf.layers;
  const models: [LayersModel, RegExp][] = [
    [
      tf.sequential({ layers: [layers.reshape({ inputShape: [6], targetShape: [2, 3] }), layers.dense({ units: 3 })] }),
      /gives \[any,2,3\], expected \[batch, classes\]/,
    ],
    [
      tf.sequential({ layers: [layers.dense({ inputShape: [6], units: 1 })] }),
      /gives \[any,1\], expected \[batch, classes\]/,
    ],
    [
      tf.sequential({ layers: [layers.dense({ inputShape: [6], units: 3, activation: "softmax" })] }),
      /ends with a softmax, expected logits/,
    ],
  ];
  const set = trainingSet(new Array(12).fill(1), [0, 1], [6]);
  for (const [model, message] of models) {
    const trainer = await captureTraining(model, { loss: (a, b) => tf.losses.meanSquaredError(a, b) });
    assert.throws(() => evaluate(trainer, set), message);
    trainer.dispose();
  }
});
