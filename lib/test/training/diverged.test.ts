import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { RandomState } from "../../src/dataset/index.js";
import { buildModel } from "../../src/models/index.js";
import { publishedModels } from "../../src/studies/index.js";
import {
  type AnyRecord,
  metricOf,
  RecordStore,
  type RunConfig,
  Runner,
  type SearchConfig,
  summarizeModels,
  summarizeTasks,
  summaryTable,
  TaskRunConfig,
} from "../../src/study/index.js";
import { makeTask, registerTask, type Task } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import {
  captureTraining,
  DivergedError,
  type Trainer,
  taskModel,
  train,
  trainingSet,
} from "../../src/training/index.js";
import { protocolConfig } from "../study/configs.js";

/** How a run came out, as a command says it. */
const outcomeOf = (record: AnyRecord) => metricOf(record).outcome(record);

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-diverged-"));
after(() => rmSync(scratch, { recursive: true }));

const set = trainingSet(
  Float32Array.from({ length: 80 }, (_, i) => Math.sin(i)),
  Array.from({ length: 40 }, (_, i) => i % 3),
  [2],
);
const options = { epochs: 2, batchSize: 4, learningRate: 0.01 };
/** A learning rate that breaks every weight at once. */
const BEYOND_FLOAT32 = 1e39;
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
      /in epoch 1, after 3 steps, at learning rate 0\.01; the first bad tensor is the input, NaN: look at the data \(/,
    );
    assert.match(error.message, /\(seed 1; model mlp, features 2, hidden 3, classes 3; batches of 4\)$/);
    assert.deepEqual([error.seed, error.config], [1, { kind: "mlp", features: 2, hidden: [3], classes: 3 }]);
  });

  test(`${compile}: a weight that an update broke, in the middle of a call, is named`, async () => {
    const error = await broken(await captureTraining(mlp(), { compile }), {
      learningRate: (step: number) => (step === 4 ? BEYOND_FLOAT32 : 0.01),
    });
    // the whole epoch is one call, of ten steps
    assert.deepEqual([error.step, error.epoch], [6, 1]);
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

test("a loss of exactly plus or minus infinity ends the training as NaN does", async () => {
  for (const infinity of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    // 0 or the logarithm of 0, by the labels alone
    const jump = (labels: tf.Tensor) => tf.log(tf.relu(tf.sub(1, tf.sum(tf.cast(labels, "float32")))));
    const loss = (labels: tf.Tensor, logits: tf.Tensor) =>
      tf.add(tf.mean(logits), tf.mul(jump(labels), -Math.sign(infinity))) as tf.Scalar;
    // in the third batch
    const rows = order().permutation(40);
    const labels = Int32Array.from(set.labels, () => 0);
    labels[rows[8]!] = 1;
    const trainer = await captureTraining(mlp(), { compile: "graph", loss: loss as never });
    const error = await broken(trainer, {}, { ...set, labels });
    assert.deepEqual([error.loss, error.step, error.tensor], [infinity, 3, `the loss, ${infinity}`]);
    assert.match(error.message, new RegExp(`^the loss became ${infinity} in epoch 1, after 3 steps`));
  }
});

test("of a model that buildModel doesn't make, and an order by a key, what is known is told", async () => {
  const model = tf.sequential({
    name: "own",
    layers: [tf.layers.dense({ units: 3, inputShape: [2], activation: "tanh" })],
  });
  const x = set.x.map(() => Number.NaN);
  const error = await broken(await captureTraining(model), { order: new RandomState([1, 2]) }, { ...set, x });
  assert.match(error.message, /: look at the data \(model own; batches of 4\)$/);
  assert.deepEqual([error.seed, error.config], [undefined, undefined]);
});

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
  const config = {
    ...base,
    data: { ...base.data, samples: 640 },
    model: { ...publishedModels.gru, hidden: 4 },
    training,
  };
  const spec = { protocol: "broken", name: "gru", seed: 0, config: JSON.parse(JSON.stringify(config)) as RunConfig };
  const runner = new Runner();
  const whole = await runner.run(spec);
  assert.equal(whole.diverged, undefined, "a GRU saturates rather than diverge");
  // the same run with one weight set to infinity after the first epoch
  const record = await runner.run(spec, {
    onProgress: ({ done: epoch }) => {
      const model = runner.model(spec.config.model)!;
      if (epoch === 1) model.layers.at(-1)!.setWeights([tf.fill([4, 10], Number.POSITIVE_INFINITY), tf.zeros([10])]);
    },
  });
  runner.dispose();
  assert.equal(record.diverged?.epoch, 2);
  assert.match(record.diverged!.tensor!, /^the weight logits\/kernel, Infinity$/);
  assert.deepEqual([record.seed, record.config, record.curve.length], [0, spec.config, 1]);
  const store = new RecordStore(scratch);
  store.save(record);
  assert.deepEqual(store.find(spec), record);
  assert.equal(summarizeModels([record, { ...whole, seed: 1 }])[0]!.diverged, 1);
  assert.match(
    outcomeOf(record),
    /^diverged in epoch 2, step \d+: loss NaN; the first bad tensor was the weight logits\/kernel, Infinity; test accuracy /,
  );
  assert.match(outcomeOf(whole), /^test accuracy \d/);
});

test("trials of a search that diverge are in the record, and are counted", async () => {
  const base = protocolConfig("smoke", "mlp");
  const search = { ...(base.training.learningRate as SearchConfig), trials: 3, samples: 64, batchSize: 16, epochs: 2 };
  const training = { ...base.training, learningRate: search, epochs: 1 };
  const config = {
    ...base,
    data: { ...base.data, samples: 200 },
    model: { ...publishedModels.mlp, hidden: [4] },
    training,
  };
  const runner = new Runner();
  let epochs = 0;
  const record = await runner.run(
    { protocol: "broken", name: "mlp", seed: 0, config },
    {
      onProgress: ({ phase }) => {
        if (phase !== "search" || ++epochs !== 3) return;
        // after the first epoch of the second trial
        const logits = runner.model(config.model)!.layers.at(-1)!;
        logits.setWeights([tf.fill([4, 10], Number.NaN), tf.zeros([10])]);
      },
    },
  );
  runner.dispose();
  assert.deepEqual(
    record.trials.map(({ trainLoss, accuracy }) => [trainLoss === null, accuracy === 0]),
    [
      [false, false],
      [true, true],
      [false, false],
    ],
  );
  assert.equal(record.diverged, undefined);
  const [summary] = summarizeModels([record]);
  assert.deepEqual([summary!.divergedTrials, summary!.trials, summary!.diverged], [1, 3, 0]);
  assert.deepEqual(summaryTable([record]).getColumn("divergedTrials").toArray(), [1]);
});

test("a run on a task that diverges before its first point says so in its record, in the statistics and on the command line", async () => {
  const task = { task: "copy", bits: 2, lengths: [1, 2] as [number, number] } as const;
  const config = TaskRunConfig.parse({
    task,
    model: taskModel(makeTask(task), { kind: "gru", hidden: 3 }),
    training: { sequences: 400, batch: 2, optimizer: "adam", learningRate: 0.01, reportEvery: 10, converged: 0.1 },
    test: { lengths: [2], sequences: 3 },
  });
  const spec = { protocol: "broken-copy", name: "gru", seed: 3, config };
  const runner = new Runner();
  const whole = await runner.run(spec);
  const model = runner.model(config.model)!;
  // each run starts anew, so its weights are broken as it goes on
  let points = 0;
  const late = await runner.run(spec, {
    onProgress: () => {
      if (++points === 2) model.layers.at(-1)!.setWeights([tf.fill([3, 2], Number.POSITIVE_INFINITY), tf.zeros([2])]);
    },
  });
  assert.deepEqual([late.curve.length, late.diverged?.step], [2, 11]);
  assert.deepEqual([late.curve, late.sequencesToConverge, late.heads], [whole.curve.slice(0, 2), null, []]);
  const store = new RecordStore(scratch);
  store.save(late);
  assert.deepEqual(store.find(spec), late);
  assert.equal(summarizeTasks([late, { ...whole, seed: 4 }])[0]!.diverged, 1);
  runner.dispose();

  const endless = registerTask("endless-copy", {}, () => {
    const copy = makeTask(task);
    const sample: Task["sample"] = (random, length) => {
      const drawn = copy.sample(random, length);
      return {
        ...drawn,
        steps: drawn.steps,
        mask: drawn.mask,
        targets: drawn.targets,
        x: drawn.x.map(() => Number.POSITIVE_INFINITY),
      };
    };
    return { ...copy, name: "endless-copy", sample };
  });
  const early = new Runner();
  const record = await early.run({ ...spec, config: { ...config, task: endless({}) as never } });
  early.dispose();
  assert.deepEqual([record.curve, record.diverged!.step], [[], 1]);
  assert.match(outcomeOf(record), /^diverged in step 1: cost NaN; the first bad tensor was the input, Infinity$/);
  assert.match(outcomeOf(whole), /^not converged \([\d.]+ bits\)$/);
  assert.equal(outcomeOf({ ...whole, sequencesToConverge: 40 }), "converged after 40 sequences");
});
