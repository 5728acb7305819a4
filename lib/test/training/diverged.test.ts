import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { RandomState } from "../../src/dataset/index.js";
import { buildModel, publishedModels } from "../../src/models/index.js";
import { protocolConfig, Runner, RunStore, summarizeModels } from "../../src/study/index.js";
import { tf } from "../../src/tensorflow.js";
import { captureTraining, DivergedError, type Trainer, train, trainingSet } from "../../src/training/index.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-diverged-"));
after(() => rmSync(scratch, { recursive: true }));

const set = trainingSet(
  Float32Array.from({ length: 80 }, (_, i) => Math.sin(i)),
  Array.from({ length: 40 }, (_, i) => i % 3),
  [2],
);
const options = { epochs: 2, batchSize: 4, learningRate: 0.01 };
const order = () => RandomState.stream(1, "order");
const mlp = () => buildModel({ kind: "mlp", features: 2, hidden: [3], classes: 3 }, 1);

/** How a training breaks. */
async function broken(trainer: Trainer, change: object = {}, samples = set): Promise<DivergedError> {
  try {
    await train(trainer, samples, { ...options, order: order(), ...change });
  } catch (error) {
    assert.ok(error instanceof DivergedError, `${error}`);
    assert.ok(!error.message.includes("\n"));
    return error;
  } finally {
    trainer.dispose();
  }
  return assert.fail("it didn't diverge");
}

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: an input that is NaN is named with its step`, async () => {
    const x = set.x.slice();
    const at = order().permutation(40)[9]!; // the tenth sample: in the third batch
    x[2 * at] = Number.NaN;
    const error = await broken(await captureTraining(mlp(), { compile }), {}, { ...set, x });
    assert.deepEqual([error.step, error.epoch, error.tensor], [3, 1, "the input, NaN"]);
    assert.match(
      error.message,
      /after 3 steps, at learning rate 0\.01; the first bad tensor is the input, NaN: look at the data/,
    );
  });

  test(`${compile}: a weight that an update broke, in the middle of a call, is named`, async () => {
    const error = await broken(await captureTraining(mlp(), { compile }), {
      learningRate: (step: number) => (step === 4 ? Number.POSITIVE_INFINITY : 0.01),
    });
    assert.equal(error.step, 6);
    assert.match(error.tensor!, /^the weight dense1\/kernel, (NaN|-?Infinity)$/);
  });

  test(`${compile}: a gradient that isn't finite while the loss still is, is named`, async () => {
    // sqrt has an infinite slope at 0, where it is still finite itself
    const loss = (_: unknown, logits: tf.Tensor) => tf.mean(tf.sqrt(tf.relu(tf.sub(logits, 100)))) as tf.Scalar;
    const error = await broken(await captureTraining(mlp(), { compile, loss: loss as never }));
    assert.equal(error.step, 2);
    assert.match(error.tensor!, /^the gradient of dense1\/kernel, NaN$/);
  });
}

test("a layer's output that overflows is named; diagnosing changes nothing, and leaves no tensors", async () => {
  const model = mlp();
  model.layers[1]!.setWeights(model.layers[1]!.getWeights().map((weight) => tf.mul(weight, 1e38)));
  const trainer = await captureTraining(model);
  const [x, labels] = [tf.tensor2d(set.x, [40, 2]), tf.tensor1d(set.labels, "int32")];
  trainer.step(tf.mul(x, 1e30), labels, 0);
  assert.match(trainer.badTensor!, /^the output of layer logits, (NaN|-?Infinity)$/);
  const held = tf.memory().numTensors;
  tf.tidy(() => trainer.step(tf.mul(x, 1e30), labels, 0));
  assert.equal(tf.memory().numTensors, held);
  trainer.dispose();
});

test("a run that diverges says in its record where and by which tensor, and statistics count it", async () => {
  const base = protocolConfig("smoke", "gru");
  const training = { ...base.training, learningRate: 0.9, clipNorm: undefined };
  const config = { ...base, data: { ...base.data, samples: 640 }, model: { ...publishedModels.gru, hidden: 4 }, training };
  const spec = { protocol: "broken", name: "gru", seed: 0, config: JSON.parse(JSON.stringify(config)) };
  const runner = new Runner();
  const whole = await runner.run(spec);
  assert.equal(whole.diverged, undefined, "a GRU saturates rather than diverge");
  // the same run with one weight set to infinity after the first epoch
  const record = await runner.run(spec, {
    onEpoch: ({ epoch }) => {
      const model = runner.model(spec.config.model)!;
      if (epoch === 1) model.layers.at(-1)!.setWeights([tf.fill([4, 10], Number.POSITIVE_INFINITY), tf.zeros([10])]);
    },
  });
  runner.dispose();
  assert.equal(record.diverged?.epoch, 2);
  assert.match(record.diverged!.tensor!, /^the weight logits\/kernel, Infinity$/);
  assert.deepEqual([record.seed, record.config, record.curve.length], [0, spec.config, 1]);
  const store = new RunStore(scratch);
  store.save(record);
  assert.deepEqual(store.find(spec), record);
  assert.equal(summarizeModels([record, { ...whole, seed: 1 }])[0]!.diverged, 1);
});
