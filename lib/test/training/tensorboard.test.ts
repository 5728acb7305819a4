import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { RandomState } from "../../src/dataset/index.js";
import { buildModel } from "../../src/models/index.js";
import { experimentData, publishedModels } from "../../src/studies/index.js";
import { Runner, TaskRunConfig } from "../../src/study/index.js";
import { makeTask } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import {
  captureTraining,
  cosine,
  taskModel,
  taskTrainer,
  tensorboardLog,
  train,
  trainingSet,
  trainTask,
} from "../../src/training/index.js";
import { protocolConfig } from "../study/configs.js";
import { userMessage } from "../support.js";

const folder = mkdtempSync(join(tmpdir(), "dms-ntm-tensorboard-"));
after(() => rmSync(folder, { recursive: true }));

/** Fields of a protocol buffer message: numbers, and bytes. */
function fields(bytes: Buffer): { field: number; value: number | bigint | Buffer }[] {
  const found: { field: number; value: number | bigint | Buffer }[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (size: number) => {
    at += size;
    return at - size;
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const field = tag >> 3;
    const wire = tag & 7;
    if (wire === 0) found.push({ field, value: varint() });
    else if (wire === 1) found.push({ field, value: bytes.readDoubleLE(skip(8)) });
    else if (wire === 5) found.push({ field, value: bytes.readFloatLE(skip(4)) });
    else {
      const length = Number(varint());
      found.push({ field, value: bytes.subarray(skip(length), at) });
    }
  }
  return found;
}

/**
 * The points of a folder's event files by curve: events (step 2, summary 5) of summaries (value 1: tag 1, simple_value
 * 2).
 */
function curvesIn(path: string): Record<string, [step: number, value: number][]> {
  const curves: Record<string, [number, number][]> = {};
  for (const name of readdirSync(path)) {
    const file = readFileSync(join(path, name));
    for (let at = 0; at < file.length; ) {
      const length = Number(file.readBigUInt64LE(at));
      const event = fields(file.subarray(at + 12, at + 12 + length));
      at += 16 + length;
      const step = Number(event.find(({ field }) => field === 2)?.value ?? 0);
      for (const { value: summary } of event.filter(({ field }) => field === 5)) {
        for (const { value } of fields(summary as Buffer)) {
          const [tag, number] = [1, 2].map(
            (wanted) => fields(value as Buffer).find(({ field }) => field === wanted)?.value,
          );
          curves[String(tag)] = [...(curves[String(tag)] ?? []), [step, Number(number)]];
        }
      }
    }
  }
  return curves;
}

const f32 = Math.fround;

test("a training's loss and learning rate, and curves of one's own beside them; nothing is left in memory", async () => {
  const path = join(folder, "own");
  const trainer = await captureTraining(buildModel({ kind: "mlp", features: 2, hidden: [3], classes: 2 }, 1));
  const set = trainingSet(
    Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)),
    Int32Array.from({ length: 20 }, (_, i) => i % 2),
    [2],
  );
  const log = tensorboardLog(path);
  log.write(0, { mine: 1 });
  const before = tf.memory().numTensors;
  log.write(1, { mine: 2, other: undefined });
  assert.equal(tf.memory().numTensors, before);
  const losses: [number, number][] = [];
  await train(trainer, set, {
    epochs: 3,
    batchSize: 5,
    learningRate: cosine({ peak: 0.1, steps: 12, warmup: 0 }),
    order: RandomState.stream(1, "order"),
    tensorboard: path,
    onEpoch: ({ epoch, trainLoss }) => void losses.push([epoch, f32(trainLoss)]),
  });
  const rate = cosine({ peak: 0.1, steps: 12, warmup: 0 });
  assert.deepEqual(curvesIn(path), {
    mine: [
      [0, 1],
      [1, 2],
    ],
    "loss/train": losses,
    learning_rate: [1, 2, 3].map((epoch) => [epoch, f32(rate(4 * epoch - 1))]),
  });
});

test("a run's curves", async () => {
  const path = join(folder, "run");
  const config = {
    data: { ...experimentData, samples: 300 },
    stride: 2,
    validation: 40,
    model: publishedModels.mlp,
    training: { epochs: 2, batchSize: 50, optimizer: "adam", learningRate: 0.01 },
  } as const;
  const runner = new Runner();
  const { curve } = await runner.run({ protocol: "test", name: "mlp", seed: 1, config }, { tensorboard: path });
  const of = (key: "trainLoss" | "testLoss" | "testAccuracy" | "validationLoss" | "validationAccuracy") =>
    curve.map((point): [number, number] => [point.epoch, f32(point[key]!)]);
  assert.deepEqual(curvesIn(path), {
    "loss/train": of("trainLoss"),
    learning_rate: [1, 2].map((epoch) => [epoch, f32(0.01)]),
    "loss/test": of("testLoss"),
    "accuracy/test": of("testAccuracy"),
    "loss/validation": of("validationLoss"),
    "accuracy/validation": of("validationAccuracy"),
  });
  runner.dispose();
});

test("a task's cost", async () => {
  const path = join(folder, "task");
  const task = makeTask({ task: "copy", bits: 2, lengths: [1, 2] });
  const trainer = await taskTrainer({ config: { kind: "gru", hidden: 3 }, seed: 1 }, task);
  const settings = { sequences: 12, batch: 4, reportEvery: 8, learningRate: 0.01, seed: 1, tensorboard: path };
  const points = await trainTask(trainer, task, settings);
  assert.deepEqual(curvesIn(path), {
    "cost/train": points.map(({ sequences, cost }) => [sequences, f32(cost)]),
    learning_rate: points.map(({ sequences }) => [sequences, f32(0.01)]),
  });
});

test("a run on a task writes its curve too", async () => {
  const path = join(folder, "task-run");
  const task = { task: "copy", bits: 2, lengths: [1, 2] as [number, number] } as const;
  const config = TaskRunConfig.parse({
    task,
    model: taskModel(makeTask(task), { kind: "gru", hidden: 3 }),
    training: { sequences: 12, batch: 4, reportEvery: 8, learningRate: 0.01, optimizer: "adam", converged: 0.1 },
    test: { lengths: [2], sequences: 4 },
  });
  const runner = new Runner();
  const { curve } = await runner.run({ protocol: "test", name: "gru", seed: 1, config }, { tensorboard: path });
  assert.equal(curve.length, 2);
  assert.deepEqual(curvesIn(path), {
    "cost/train": curve.map(({ sequences, cost }) => [sequences, f32(cost)]),
    learning_rate: curve.map(({ sequences }) => [sequences, f32(0.01)]),
  });
  runner.dispose();
});

test("a folder that can't be written gives one line, before anything is trained", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const path = join(file, "x");
  const expected =
    /file\/x\/events can't be written: (ENOTDIR|EEXIST).*: a file is where a folder should be: move it away, or give another folder for TensorBoard$/;
  assert.match(
    userMessage(() => tensorboardLog(path)),
    expected,
  );
  const { training, ...config } = protocolConfig("smoke", "mlp");
  assert.equal(typeof training.learningRate, "object", "it begins with a search");
  const runner = new Runner();
  let epochs = 0;
  await assert.rejects(
    runner.run(
      { protocol: "test", name: "mlp", seed: 1, config: { ...config, training } },
      { tensorboard: path, onProgress: () => epochs++ },
    ),
    expected,
  );
  assert.equal(epochs, 0);
  runner.dispose();
});
