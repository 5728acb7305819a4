import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor3D } from "@tensorflow/tfjs-node";
import { RandomState } from "../../src/dataset/index.js";
import { traceTask } from "../../src/display/index.js";
import { buildModel } from "../../src/models/index.js";
import { makeTask } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { type TaskModel, taskModel } from "../../src/training/index.js";

const copy = makeTask({ task: "copy", bits: 3 });
const memory: TaskModel = {
  kind: "ntm",
  hidden: 4,
  slots: 5,
  width: 2,
  shift: { kind: "discrete", offsets: [1, 0, -1] },
  initial: { memory: "learned", readWeights: "learned", writeWeights: "learned" },
};

test("a trace is the sequence, the model's probabilities, and where every head stood", () => {
  const model = buildModel(taskModel(copy, memory), 1);
  const before = tf.memory().numTensors;
  const trace = traceTask(model, copy, 4, { seed: 3 });
  assert.equal(tf.memory().numTensors, before);
  const sample = copy.sample(RandomState.stream(3, "trace/copy"), 4);
  assert.deepEqual(trace.inputs.flat(), Array.from(sample.x));
  assert.deepEqual(
    trace.targets.map((row) => row !== null),
    Array.from(sample.mask, (due) => due === 1),
  );
  assert.deepEqual(trace.targets.slice(-4).flat(), Array.from(sample.targets.slice(-12)));
  const logits = model.predict(tf.tensor3d(sample.x, [1, 10, 5])) as Tensor3D;
  assert.deepEqual(trace.outputs.flat(), Array.from(tf.sigmoid(logits).dataSync()));
  assert.equal(trace.heads.length, 2 * 10 * 5);
  assert.deepEqual([trace.task, trace.length], ["copy", 4]);
});

test("classes are probabilities that sum to 1; a model without a memory has no heads", () => {
  const task = makeTask({ task: "mnist1d", lengths: [6, 6] });
  const trace = traceTask(buildModel(taskModel(task, { kind: "gru", hidden: 4 }), 1), task, 6);
  assert.deepEqual(trace.heads, []);
  for (const row of trace.outputs) assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-6);
  assert.deepEqual(
    trace.targets.map((row) => row?.length ?? 0),
    [0, 0, 0, 0, 0, 10],
  );
});
