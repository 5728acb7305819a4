import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import { RandomState } from "../../src/dataset/index.js";
import { buildModel } from "../../src/models/index.js";
import { rangeMemory } from "../../src/studies/index.js";

import { showCompiling } from "../../src/support/compiling.js";
import { makeTask, Sheet, type Task, taskBatch } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import {
  type CostPoint,
  captureTraining,
  DivergedError,
  evaluateTask,
  sequencesToConverge,
  taskLoss,
  taskModel,
  taskTensors,
  taskTrainer,
  trainTask,
} from "../../src/training/index.js";

const copy = makeTask({ task: "copy", bits: 2, lengths: [1, 3] });
const gru = { kind: "gru", hidden: 12 } as const;
const weightsOf = (trainer: { model: { getWeights(): Tensor[] } }) =>
  trainer.model.getWeights().map((w) => Array.from(w.dataSync()));

/** A task from outside the library: which of three came first. */
const first: Task = {
  name: "first",
  inputs: 3,
  outputs: 3,
  answer: "classes",
  unit: "steps",
  lengths: [1, 3],
  steps: (length) => length,
  sample(random: RandomState, length: number) {
    const sheet = new Sheet(length, 3, 3);
    const classes = Array.from({ length }, () => random.choice(3));
    classes.forEach((c, step) => {
      sheet.show(step, [1], c);
    });
    sheet.ask(
      length - 1,
      [0, 1, 2].map((c) => (c === classes[0] ? 1 : 0)),
    );
    return sheet;
  },
};

/** Cost in bits of what a batch asks for, one answer after the other, in doubles. */
function costByHand(task: Task, targets: number[][][], mask: number[][], logits: number[][][]): number {
  let cost = 0;
  targets.forEach((rows, b) => {
    rows.forEach((t, step) => {
      if (mask[b]![step] === 0) return;
      const z = logits[b]![step]!;
      const all = z.reduce((sum, value) => sum + Math.exp(value), 0);
      t.forEach((target, i) => {
        const p = task.answer === "bits" ? 1 / (1 + Math.exp(-z[i]!)) : Math.exp(z[i]!) / all;
        if (target === 1) cost -= Math.log2(p);
        else if (task.answer === "bits") cost -= Math.log2(1 - p);
      });
    });
  });
  return cost / targets.length;
}

for (const task of [copy, first]) {
  test(`${task.name}: the loss is the cost in bits per sequence of the answers that are due, and nothing else takes a gradient`, () => {
    tf.tidy(() => {
      const batch = taskBatch(task, RandomState.stream(1, "b"), { batch: 4 });
      const { x, targets: packed } = taskTensors(task, batch);
      const { steps } = batch;
      assert.deepEqual(x.shape, [4, steps, task.inputs]);
      assert.deepEqual(packed.shape, [4, steps, task.outputs + 1]);
      const logits = tf.randomNormal([4, steps, task.outputs], 0, 2, "float32", 1) as Tensor3D;
      const targets = tf.slice(packed, [0, 0, 0], [4, steps, task.outputs]).arraySync() as number[][][];
      const mask = tf.squeeze(tf.slice(packed, [0, 0, task.outputs], [4, steps, 1]), [2]).arraySync() as number[][];
      assert.deepEqual(mask.flat(), Array.from(batch.mask));
      assert.deepEqual(targets.flat(2), Array.from(batch.targets));
      const loss = taskLoss(task);
      const expected = costByHand(task, targets, mask, logits.arraySync());
      assert.ok(Math.abs(loss(packed, logits).dataSync()[0]! - expected) < 1e-5 * expected);
      const gradient = tf
        .grad((z: Tensor) => loss(packed, z))(logits)
        .arraySync() as number[][][];
      gradient.forEach((rows, b) => {
        rows.forEach((values, step) => {
          assert.equal(
            values.some((value) => value !== 0),
            mask[b]![step] === 1,
          );
        });
      });
    });
  });

  test(`${task.name}: what evaluation says is what the loss and a count say, also for a last batch that isn't full`, async () => {
    const trainer = await taskTrainer({ config: gru, seed: 2 }, task);
    const got = evaluateTask(trainer, task, 4, 7, { batch: 3, seed: 5 });
    const random = RandomState.stream(5, `test/${task.name}/4`);
    const rows = [0, 1, 2].map(() => taskBatch(task, random, { batch: 3, lengths: [4, 4] }));
    let [cost, wrong, answers, perfect] = [0, 0, 0, 0];
    rows.forEach((batch, i) => {
      const { x, targets: packed } = taskTensors(task, batch);
      const logits = (trainer.model.predict(x) as Tensor3D).arraySync();
      const target = tf.slice(packed, [0, 0, 0], [3, batch.steps, task.outputs]).arraySync() as number[][][];
      for (let row = 0; row < (i === 2 ? 1 : 3); row++) {
        const mask = Array.from(batch.mask.slice(row * batch.steps, (row + 1) * batch.steps));
        cost += costByHand(task, [target[row]!], [mask], [logits[row]!]);
        let bad = 0;
        mask.forEach((due, step) => {
          if (due === 0) return;
          const [z, t] = [logits[row]![step]!, target[row]![step]!];
          if (task.answer === "bits") bad += z.filter((value, k) => Number(value > 0) !== t[k]).length;
          else bad += z.indexOf(Math.max(...z)) === t.indexOf(1) ? 0 : 1;
          answers += task.answer === "bits" ? z.length : 1;
        });
        wrong += bad;
        perfect += bad === 0 ? 1 : 0;
      }
    });
    assert.ok(Math.abs(got.cost - cost / 7) < 1e-5 * got.cost);
    const counted = { length: 4, sequences: 7, answers, wrong: wrong / answers, perfect: perfect / 7, optimal: 0 };
    assert.deepEqual({ ...got, cost: 0 }, { ...counted, cost: 0 });
    trainer.dispose();
  });
}

test("evaluation of n-grams knows the optimal cost of the same sequences", async () => {
  const task = makeTask({ task: "ngrams", n: 3, lengths: [20, 20] });
  const trainer = await taskTrainer({ config: gru, seed: 2 }, task);
  const { optimal, cost } = evaluateTask(trainer, task, 20, 5);
  const random = RandomState.stream(0, "test/ngrams/20");
  const costs = [0, 1, 2, 3, 4].map(() => {
    random.randint(20, 21);
    return task.optimalBits!(task.sample(random, 20));
  });
  assert.ok(Math.abs(optimal - costs.reduce((a, b) => a + b) / 5) < 1e-9);
  assert.ok(optimal < cost);
  trainer.dispose();
});

test("training: the same seed gives the same weights however many steps a call makes; the cost falls; padding changes nothing", async () => {
  const options = { sequences: 1200, batch: 8, learningRate: 0.02, seed: 4, reportEvery: 200 };
  const run = async (more: object, task = copy) => {
    const trainer = await taskTrainer({ config: gru, seed: 1 }, task, { compile: "graph" });
    const curve = await trainTask(trainer, task, { ...options, ...more });
    const weights = weightsOf(trainer).flat();
    const seen = evaluateTask(trainer, copy, 1, 50).cost;
    trainer.dispose();
    return { curve, weights, seen };
  };
  const near = (a: number[], b: number[]) => a.every((value, i) => Math.abs(value - b[i]!) < 1e-3);
  const plain = await run({});
  assert.deepEqual(
    plain.curve.map(({ sequences }) => sequences),
    [200, 400, 600, 800, 1000, 1200],
  );
  assert.deepEqual(await run({}), plain);
  const [start, end] = [plain.curve[0]!.cost, plain.curve.at(-1)!.cost];
  assert.ok(end < 0.75 * start && plain.seen < 1, `from ${start} to ${end}, at length 1 ${plain.seen}`);
  // three steps to a report
  const short = await run({ reportEvery: 24 });
  assert.equal(short.curve.length, 50);
  assert.ok(near(short.weights, plain.weights));
  const padded = await run({}, { ...copy, steps: () => 11 });
  assert.ok(near(padded.weights, plain.weights));
  assert.notDeepEqual((await run({ seed: 5 })).weights, plain.weights);
});

test("training: a schedule is asked once a step; stop and an abort end it; a task from outside plugs in", async () => {
  const trainer = await taskTrainer({ config: gru, seed: 1 }, first, { compile: "graph" });
  const asked: number[] = [];
  const learningRate = (step: number) => {
    asked.push(step);
    return 0.01;
  };
  const options = { sequences: 90, batch: 10, learningRate, seed: 1, reportEvery: 40 };
  const curve = await trainTask(trainer, first, options);
  assert.deepEqual(asked, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(
    curve.map(({ sequences }) => sequences),
    [40, 80, 90],
  );
  const stopped = await trainTask(trainer, first, { ...options, stop: (points) => points.length === 2 });
  assert.equal(stopped.length, 2);
  const control = new AbortController();
  const aborted = trainTask(trainer, first, { ...options, signal: control.signal, onReport: () => control.abort() });
  await assert.rejects(aborted, { name: "AbortError" });
  trainer.dispose();
});

test("training: a cost that isn't finite is told with where it happened", async () => {
  const trainer = await taskTrainer({ config: gru, seed: 1 }, copy, { compile: "graph" });
  const options = { sequences: 100, batch: 10, seed: 1, learningRate: (step: number) => (step === 4 ? 1e39 : 0.01) };
  await assert.rejects(trainTask(trainer, copy, options), (error: DivergedError) => {
    assert.ok(error instanceof DivergedError);
    assert.match(
      error.message,
      /^the loss became NaN in step 6, after 60 sequences, at learning rate 0.01; the first bad tensor is .*: lower the learning rate \(seed 1; model gru, /,
    );
    assert.deepEqual([error.step, error.epoch], [6, 1]);
    return true;
  });
  trainer.dispose();
});

test("sequences to converge: from where on every cost is below", () => {
  const curve = (...costs: number[]): CostPoint[] => costs.map((cost, i) => ({ sequences: 100 * (i + 1), cost }));
  assert.equal(sequencesToConverge(curve(3, 0.5, 2, 0.4, 0.3), 1), 400);
  assert.equal(sequencesToConverge(curve(0.5, 0.4), 1), 100);
  assert.equal(sequencesToConverge(curve(0.5, 1), 1), undefined);
  assert.equal(sequencesToConverge(curve(0.5, Number.NaN), 1), undefined);
  assert.equal(sequencesToConverge([], 1), undefined);
});

test("a model that doesn't fit, and bad numbers, are one line", async () => {
  const built = buildModel(taskModel(copy, gru), 1);
  await assert.rejects(
    taskTrainer(built, first),
    /^UserError: model gru has inputs .+, first wants \[batch, steps, 3\] and \[batch, steps, 3\]/,
  );
  const last = buildModel({ ...gru, features: 4, classes: 2 }, 1);
  await assert.rejects(taskTrainer(last, copy), /make its config by taskModel/);
  const trainer = await taskTrainer(built, copy);
  const options = { sequences: 0, batch: 1, learningRate: 0.1, seed: 1 };
  await assert.rejects(trainTask(trainer, copy, options), /sequences is 0, expected more than 0/);
  await assert.rejects(trainTask(trainer, copy, { ...options, sequences: 1, batch: 1.5 }), /batch is 1.5/);
  const lengths = 10 as never;
  await assert.rejects(
    trainTask(trainer, { ...copy, lengths }, { ...options, sequences: 1 }),
    /lengths is 10, expected \[/,
  );
  assert.throws(() => taskBatch(copy, RandomState.stream(0, "x"), { batch: 1, lengths }), /lengths is 10, expected \[/);
  const held = tf.memory().numTensors;
  await assert.rejects(
    taskTrainer({ config: { kind: "gru", hidden: 4 }, seed: 1 }, copy, { compile: "fast" as never }),
    /compile/,
  );
  assert.equal(tf.memory().numTensors, held, "the model that it made is disposed");
  assert.throws(() => evaluateTask(trainer, copy, 3, 0), /sequences is 0/);
  trainer.dispose();
});

test("training on a task tells annealed layers from 0 to 1 how much of it is over", async () => {
  const trainer = await taskTrainer({ config: gru, seed: 1 }, copy);
  const told: number[] = [];
  const progress = trainer.progress.bind(trainer);
  trainer.progress = (fraction) => {
    told.push(fraction);
    progress(fraction);
  };
  await trainTask(trainer, copy, { sequences: 64, batch: 16, learningRate: 1e-3, seed: 1, reportEvery: 32 });
  assert.deepEqual(told, [0, 0.5, 1]);

  // it matters: the same training with and without the annealing parts
  const costs = async (anneal: object) => {
    const shift = { kind: "gaussian" as const, periodic: true, sigma: "fixed" as const, sigmaInit: 1, ...anneal };
    const own = await taskTrainer({ config: rangeMemory(shift, 8), seed: 1 }, copy);
    const curve = await trainTask(own, copy, {
      sequences: 64,
      batch: 16,
      learningRate: 1e-2,
      seed: 1,
      reportEvery: 32,
    });
    return curve.map(({ cost }) => cost);
  };
  assert.notDeepEqual(await costs({ anneal: { from: 8 } }), await costs({}));
});

const memory = rangeMemory({ kind: "gaussian", sigmaFloor: 0.1, periodic: true }, 8);
const repeats = makeTask({ task: "repeat-copy", bits: 2, lengths: [1, 3], repeats: [1, 3] });

// a memory under XLA: committed.test.ts, whose records were made with padding
for (const [task, config, compile, oneLength] of [
  [makeTask({ task: "copy", bits: 2, lengths: [1, 6] }), memory, "graph", true],
  [repeats, { kind: "lstm", hidden: 6 }, "xla", false],
] as const) {
  test(`${task.name}, ${compile}: loops that end with a batch's last answer train to the same bits as padded ones`, async () => {
    const run = async (cut: boolean) => {
      const trainer = await taskTrainer({ config, seed: 2 }, task, { compile });
      const { steps } = trainer;
      const ran: number[] = [];
      trainer.steps = (x, targets, rates, weights, own) => {
        ran.push(...(own ?? []));
        return steps.call(trainer, x, targets, rates, weights, cut ? own : undefined);
      };
      const options = { sequences: 90, batch: 2, learningRate: 1e-2, seed: 4, reportEvery: 24, oneLength };
      const curve = await trainTask(trainer, task, options);
      const weights = weightsOf(trainer);
      trainer.dispose();
      return { curve, weights, ran };
    };
    const [cut, padded] = [await run(true), await run(false)];
    const longest = task.steps(task.lengths[1]);
    assert.ok(
      cut.ran.length >= 45 &&
        cut.ran.some((steps) => steps < longest / 2) &&
        cut.ran.every((steps) => steps <= longest),
    );
    assert.deepEqual(cut, padded);
  });
}

test("steps are left out only where the library knows that nothing looks at them", async () => {
  const task = makeTask({ task: "copy", bits: 2, lengths: [1, 3] });
  const [steps, rows] = [task.steps(3), 2];
  const given = async (model: LayersModel, own: boolean, lengths = task.lengths) => {
    const trainer = own ? await taskTrainer(model, task) : await captureTraining(model, { loss: taskLoss(task) });
    const ran: unknown[] = [];
    const all = trainer.steps;
    trainer.steps = (x, targets, rates, weights, cut) => {
      ran.push(cut);
      return all.call(trainer, x, targets, rates, weights);
    };
    await trainTask(trainer, { ...task, lengths }, { sequences: 2, batch: rows, learningRate: 1e-3, seed: 1 });
    trainer.dispose();
    return ran[0] !== undefined;
  };
  const forward = () => buildModel(taskModel(task, gru), 1);
  const there = () => tf.layers.gru({ units: 3, returnSequences: true });
  const back = tf.sequential({
    layers: [
      tf.layers.bidirectional({ layer: there() as never, mergeMode: "concat", inputShape: [steps, task.inputs] }),
      tf.layers.dense({ units: task.outputs }),
    ],
  });
  assert.equal(await given(forward(), true), true);
  assert.equal(await given(forward(), false), false, "a loss that may look at every step");
  assert.equal(await given(forward(), true, [3, 3]), false, "one length: nothing to gain");
  assert.equal(await given(back, true), false, "answers that depend on later steps");
});

test("that a training compiles is said before it does, once, and a stop meanwhile acts right after", async () => {
  const task = makeTask({ task: "copy", bits: 2, lengths: [1, 3] });
  const events: string[] = [];
  const forget = showCompiling({
    begins: (seconds) => void events.push(`${seconds} s`),
    ends: () => void events.push("compiled"),
  });
  const stop = new AbortController();
  for (const stopped of [false, true]) {
    events.length = 0;
    const trainer = await taskTrainer({ config: gru, seed: 1 }, task);
    trainer.secondsToCompile = () => 5;
    const { steps } = trainer;
    trainer.steps = (...batches) => {
      events.push("steps");
      if (stopped) stop.abort(new Error("stopped"));
      return steps.apply(trainer, batches);
    };
    const options = { sequences: 64, batch: 2, learningRate: 1e-3, seed: 1, signal: stop.signal };
    if (stopped) await assert.rejects(trainTask(trainer, task, options), /stopped/);
    else await trainTask(trainer, task, options);
    assert.deepEqual(events, ["5 s", "steps", "compiled", ...(stopped ? [] : ["steps"])]);
    trainer.dispose();
  }
  forget();
});
