import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { LayersModel, Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import { capture } from "../../src/capture.js";
import {
  buildModel,
  type GruConfig,
  type LstmConfig,
  type NtmConfig,
  runPiece,
  statefulLayer,
} from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { captureTraining, taskLoss } from "../../src/training/index.js";
import { descent } from "./descent.js";

type Config = GruConfig | LstmConfig | NtmConfig;

const ntm: NtmConfig = {
  kind: "ntm",
  features: 2,
  hidden: 5,
  slots: 6,
  width: 3,
  shift: { kind: "discrete", offsets: [1, 0, -1] },
  initial: { memory: "learned", readWeights: "learned", writeWeights: "learned", readVector: "learned" },
  sharpening: "softmax",
  controller: "feedforward",
  readout: "hidden+read",
  classes: 3,
};

const other: NtmConfig = {
  ...ntm,
  shift: { kind: "gaussian", sigmaFloor: 0.1, periodic: true },
  controller: "lstm",
  readout: "hidden",
  readHeads: 2,
};

const models: Record<string, Config> = {
  gru: { kind: "gru", features: 2, hidden: 5, classes: 3 },
  lstm: { kind: "lstm", features: 2, hidden: 5, classes: 3, initial: "learned" },
  ntm,
  "ntm, LSTM controller, two read heads, readout of the hidden state": other,
};

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const random = (shape: [number, number, number], seed: number): Tensor3D =>
  tf.randomNormal(shape, 0, 1, "float32", seed);
const part = (x: Tensor3D, from: number, to: number) =>
  tf.slice(x, [0, from, 0], [x.shape[0], to - from, x.shape[2]]) as Tensor3D;
const every = (config: Config) => buildModel({ ...config, answers: "every" }, 3);

function close(actual: Tensor, expected: Tensor, tolerance = 2e-6): void {
  assert.deepEqual(actual.shape, expected.shape);
  const most = tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0]!;
  assert.ok(most <= tolerance, `they differ by ${most}`);
}

for (const [name, config] of Object.entries(models)) {
  test(`${name}: the answer at each step is that of the model which answers last, on the sequence up to there`, () => {
    tf.tidy(() => {
      const [all, last] = [every(config), buildModel(config, 3)];
      const x = random([3, 5, 2], 1);
      const answers = all.predict(x) as Tensor3D;
      assert.deepEqual(answers.shape, [3, 5, 3]);
      for (let steps = 1; steps <= 5; steps++) {
        close(tf.squeeze(part(answers, steps - 1, steps), [1]), last.predict(part(x, 0, steps)) as Tensor);
      }
    });
  });

  // XLA takes its time: these two have all that the others have
  const slow = name === "lstm" || name.startsWith("ntm,");
  for (const compile of slow ? (["graph", "xla"] as const) : (["graph"] as const)) {
    test(`${name}, ${compile}: a row's answers are the same alone and in a batch, with and without steps behind its end`, async () => {
      const model = every(config);
      const trainer = await captureTraining(model, { compilePredictions: compile });
      const x = random([3, 6, 2], 1);
      const whole = trainer.predict(x) as Tensor3D;
      close(whole, model.predict(x) as Tensor);
      const row = tf.slice(x, [1, 0, 0], [1, 6, 2]) as Tensor3D;
      close(trainer.predict(row), tf.slice(whole, [1, 0, 0], [1, 6, 3]));
      // the same sequence ended at step 4 and filled up, with zeros or with anything
      const filled = tf.concat([part(row, 0, 4), random([1, 2, 2], 9)], 1);
      close(
        part(trainer.predict(filled) as Tensor3D, 0, 4),
        part(tf.slice(whole, [1, 0, 0], [1, 6, 3]) as Tensor3D, 0, 4),
      );
      close(trainer.predict(part(row, 0, 4)), part(tf.slice(whole, [1, 0, 0], [1, 6, 3]) as Tensor3D, 0, 4));
      trainer.dispose();
    });

    test(`${name}, ${compile}: captured training steps on masked answers equal eager ones`, async () => {
      const [captured, eager] = [every(config), every(config)];
      const loss = taskLoss({ answer: name === "gru" ? "classes" : "bits" });
      const trainer = await captureTraining(captured, { compile, optimizer: descent, loss });
      const optimizer = tf.train.sgd(0.1);
      for (let i = 1; i <= 3; i++) {
        const x = random([4, 5, 2], i);
        const due = tf.tensor(
          Array.from({ length: 80 }, (_, at) => [1, 0, 1, 0, 1, 1, 0][(at + i) % 7]!),
          [4, 5, 4],
        );
        const cost = trainer.step(x, due, 0.1);
        const expected = tf.tidy(
          () => optimizer.minimize(() => loss(due, eager.apply(x) as Tensor), true)!.dataSync()[0]!,
        );
        assert.ok(Math.abs(cost - expected) < 1e-5 * expected, `step ${i}: ${cost} and ${expected}`);
      }
      const want = eager.getWeights();
      captured.getWeights().forEach((weight, w) => {
        close(weight, want[w]!, 3e-5);
      });
      trainer.dispose();
    });
  }

  test(`${name}: pieces, each from the state of the one before, are the whole; captured too; without a state all starts anew`, async () => {
    const model = every(config);
    const x = random([2, 7, 2], 1);
    const whole = runPiece(model, x);
    close(whole.outputs, model.predict(x) as Tensor);
    const cuts = [0, 1, 4, 7];
    let state: typeof whole.state | undefined;
    const pieces = cuts.slice(1).map((to, i) => {
      const piece = runPiece(model, part(x, cuts[i]!, to), state);
      state = piece.state;
      return piece.outputs;
    });
    close(tf.concat(pieces, 1), whole.outputs);
    const names = Object.keys(whole.state);
    assert.deepEqual(Object.keys(state!), names);
    for (const key of names) close(state![key]!, whole.state[key]!);
    // forgotten: the second half alone is not the second half of the whole
    const anew = runPiece(model, part(x, 4, 7));
    close(anew.outputs, model.predict(part(x, 4, 7)) as Tensor);
    assert.ok(tf.max(tf.abs(tf.sub(anew.outputs, pieces[2]!))).dataSync()[0]! > 1e-3);

    const start = statefulLayer(model).initialState(2);
    const fn = (sequence: Tensor, ...from: Tensor[]) => {
      const named = Object.fromEntries(names.map((key, i) => [key, from[i]!]));
      const { outputs, state: last } = runPiece(model, sequence as Tensor3D, named);
      return [outputs, ...names.map((key) => last[key]!)];
    };
    const compiled = await capture(fn, [part(x, 0, 3), ...names.map((key) => start[key]!)]);
    const first = compiled(part(x, 0, 3), ...names.map((key) => start[key]!));
    const second = compiled(part(x, 3, 6), ...first.slice(1));
    close(tf.concat([first[0]!, second[0]!], 1), part(whole.outputs, 0, 6));
    compiled.dispose();
  });

  test(`${name}: saved and loaded it answers the same, at lengths that it never saw`, async () => {
    const model = every(config);
    const folder = mkdtempSync(join(tmpdir(), "dms-ntm-model-"));
    try {
      await model.save(`file://${folder}`);
      const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
      for (const steps of [2, 11]) {
        const x = random([2, steps, 2], steps);
        assert.deepEqual(values(loaded.predict(x) as Tensor), values(model.predict(x) as Tensor));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

for (const kind of ["gru", "lstm"] as const) {
  test(`${kind}: a learned start is a state of its own weights, the same for every row, that takes a gradient`, () => {
    tf.tidy(() => {
      const config = { kind, features: 2, hidden: 5, classes: 3, answers: "every" } as const;
      const [zero, learned] = [buildModel(config, 3), buildModel({ ...config, initial: "learned" }, 3)];
      const own = learned.weights.filter(({ name }) => /initial(Hidden|Cell)/.test(name));
      assert.equal(own.length, kind === "gru" ? 1 : 2);
      assert.equal(learned.countParams(), zero.countParams() + 5 * own.length);
      const start = statefulLayer(learned).initialState(3);
      Object.values(start).forEach((tensor, i) => {
        const row = values(own[i]!.read() as Tensor);
        assert.deepEqual(values(tensor), [...row, ...row, ...row]);
      });
      const x = random([3, 4, 2], 1);
      close(learned.predict(x) as Tensor, runPiece(zero, x, start).outputs);
      const variables = own.map((weight) => (weight as unknown as { val: never }).val);
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(learned.apply(x) as Tensor)), variables);
      for (const gradient of Object.values(grads)) assert.ok(tf.max(tf.abs(gradient)).dataSync()[0]! > 1e-6);
    });
  });
}

test("runs leave no tensors but their results", () => {
  const model = every(ntm);
  const x = random([2, 3, 2], 1);
  const before = tf.memory().numTensors;
  const { outputs, state } = runPiece(model, x);
  assert.equal(tf.memory().numTensors, before + 1 + Object.keys(state).length);
  tf.dispose([outputs, state as never]);
});

test("a step for 12 steps and one for 60 are graphs of the same size", async () => {
  const model = every(ntm);
  const sizes = [];
  for (const steps of [12, 60]) {
    const fn = (x: Tensor) => tf.grad((input: Tensor) => tf.sum(tf.square(model.apply(input) as Tensor)))(x);
    const captured = await capture(fn, [tf.zeros([2, steps, 2])], { compile: "graph" });
    sizes.push(captured.ops);
    captured.dispose();
  }
  assert.equal(sizes[0], sizes[1]);
});

test("a model without a state is refused in one line", () => {
  const model: LayersModel = buildModel({ kind: "mlp", features: 2, hidden: [3], classes: 2 }, 1);
  assert.throws(
    () => runPiece(model, tf.zeros([1, 2, 2])),
    /^UserError: model mlp carries no state, expected one of kind/,
  );
});
