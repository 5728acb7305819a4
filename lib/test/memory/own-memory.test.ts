import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { traceTask } from "../../src/display/trace-task.js";
import type { Memory } from "../../src/memory/index.js";
import { buildModel, ModelConfig, registerMemory } from "../../src/models/index.js";
import { fromStateDict, modelConfigOf, toStateDict } from "../../src/porting/index.js";
import { Runner, TaskRecord, type TaskRunSpec } from "../../src/study/index.js";
import { check } from "../../src/support/validate.js";
import { makeTask } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { taskModel } from "../../src/training/index.js";
import { userMessage } from "../support.js";

type Queue = { slots: Tensor3D };

/**
 * A reader's own memory: a queue that the newest vector enters at the front; one head reads by a softmax over the
 * places.
 */
const queue = ({ slots, width }: { slots: number; width: number }): Memory<Queue> => ({
  kind: "queue",
  outputs: { push: width, place: slots },
  reads: width,
  heads: { read: 1, write: 0 },
  learned: () => [{ name: "initialSlots", shape: [slots, width], size: width }],
  start: (batch, _, { initialSlots }) => ({
    slots: tf.add(tf.zeros([batch, slots, width]), initialSlots!) as Tensor3D,
  }),
  step(raw, state) {
    const [pushed, place] = tf.split(raw, [width, slots], 1) as [Tensor2D, Tensor2D];
    const weights = tf.reshape(tf.softmax(place), [-1, 1, slots]) as Tensor3D;
    const kept = tf.slice(state.slots, [0, 0, 0], [-1, slots - 1, width]);
    return {
      state: { slots: tf.concat([tf.reshape(tf.tanh(pushed), [-1, 1, width]), kept], 1) as Tensor3D },
      read: tf.reshape(tf.matMul(weights, state.slots), [-1, width]) as Tensor2D,
      trace: { heads: { weights, parameters: {} } },
    };
  },
  contents: ({ slots }) => slots,
});
const keys = { slots: z.number().int().min(2).default(4), width: z.number().int().min(1) };
const queueConfig = registerMemory("queue", keys, queue);

const own = (more: Partial<Parameters<typeof queueConfig>[0]> = {}) => queueConfig({ hidden: 5, width: 3, ...more });

test("its config is checked and filled in like any other", () => {
  const config = { kind: "queue", features: 2, hidden: 5, classes: 2, width: 3 };
  assert.deepEqual(check(ModelConfig, config, "model"), { ...config, slots: 4 });
  assert.match(
    userMessage(() => check(ModelConfig, { ...config, slots: 1 }, "model")),
    /model\.slots is 1, expected at least 2/,
  );
  assert.match(
    userMessage(() => check(ModelConfig, { ...config, kind: "heap" }, "model")),
    /model\.kind is "heap", expected one of .*"dnc", "lie-access", "queue", or a kind made known by registerMemory/,
  );
});

test("it trains on a task, its record says what its heads did, its heads are traced, and its weights go out and come back", async () => {
  const task = makeTask({ task: "copy", bits: 2, lengths: [1, 2] });
  const runner = new Runner();
  const config = {
    task: { task: "copy", bits: 2, lengths: [1, 2] },
    model: taskModel(task, own()),
    training: { sequences: 64, batch: 8, optimizer: "adam", learningRate: 0.01, reportEvery: 32, converged: 0.1 },
    test: { lengths: [2], sequences: 8 },
  };
  const record = await runner.run({ protocol: "own", name: "queue", seed: 0, config } as unknown as TaskRunSpec);
  runner.dispose();
  check(TaskRecord, record, "record");
  assert.deepEqual([...new Set(record.heads.map(({ head, parameter }) => `${head} ${parameter}`))], ["read spread"]);

  // infinite numbers of a trace don't cost the run

  const log = registerMemory("log-queue", keys, (config) => ({
    ...queue(config),
    kind: "log-queue",
    step: (raw, state) => {
      const { trace, ...stepped } = queue(config).step(raw, state as Queue, {});
      const parameters = {
        log: tf.log(tf.relu(tf.sub(trace.heads.weights, 0.25))),
        never: tf.fill([raw.shape[0], 1, 1], -Infinity),
      };
      return { ...stepped, trace: { heads: { ...trace.heads, parameters: parameters as never } } };
    },
  }));
  const logged = { ...config, model: taskModel(task, log({ hidden: 5, width: 3 })) };
  const another = new Runner();
  const { heads } = (await another.run({
    protocol: "own",
    name: "log",
    seed: 0,
    config: logged,
  } as never)) as TaskRecord;
  another.dispose();
  assert.deepEqual([...new Set(heads.map(({ parameter }) => parameter))].sort(), ["log", "never", "spread"]);
  assert.deepEqual(heads.find(({ parameter }) => parameter === "never")!.median, [-1e308]);

  const model = buildModel(config.model, 1);
  const trace = traceTask(model, task, 2);
  assert.equal(trace.heads.length, trace.inputs.length * 4);
  assert.deepEqual(modelConfigOf(model), { ...config.model, slots: 4 });
  const weights = toStateDict(model);
  assert.ok(
    "push.weight" in weights && "place.bias" in weights && "initial_slots" in weights,
    `${Object.keys(weights)}`,
  );
  const other = buildModel(config.model, 2);
  fromStateDict(other, weights);
  assert.deepEqual(toStateDict(other), weights);
  model.dispose();
  other.dispose();
});

test("what is wrong with it is told in one line where it is made", () => {
  const wrong = (change: Partial<Memory<Queue>>) =>
    userMessage(() => {
      const config = registerMemory("wrong", keys, (config) => ({ ...queue(config), ...change }));
      buildModel(taskModel(makeTask({ task: "copy" }), config({ hidden: 5, width: 3 })), 0).dispose();
    });
  assert.match(wrong({ reads: 2 }), /memory "wrong": a step reads \[2,3\] in a batch of 2, expected \[2,2\]/);
  assert.match(wrong({ reads: 0 }), /memory "wrong": reads is 0/);
  assert.match(wrong({ heads: { read: 0, write: 0 } }), /memory "wrong": it has no heads, expected at least one/);
  assert.match(
    wrong({ start: () => ({ slots: tf.zeros([1, 4, 3]) }) }),
    /memory "wrong": start gives slots of \[1,4,3\] for a batch of 2, expected \[2,\.\.\.\]/,
  );
  assert.match(wrong({ outputs: { push: 5 } }), /memory "wrong": its step on raw outputs \[2,5\] failed: .+/);
  assert.match(
    wrong({ step: (() => tf.ones([2, 3])) as never }),
    /"wrong": its step gives the state undefined, expected/,
  );
  assert.match(
    wrong({ start: (() => undefined) as never }),
    /"wrong": start gives undefined, expected tensors by name/,
  );
  assert.match(
    wrong({ start: (() => tf.ones([2])) as never }),
    /"wrong": start gives a tf.Tensor \[2\], expected tensors by/,
  );
  const renamed = { contents: ({ slot }: { slot: Tensor3D }) => tf.add(slot, 1) } as never;
  assert.match(wrong(renamed), /memory "wrong": its contents failed: .+/);
  assert.match(wrong({ outputs: {} }), /memory "wrong": outputs is \{\}/);
  const step: Memory<Queue>["step"] = (raw, state, learned) => {
    const done = queue({ slots: 4, width: 3 }).step(raw, state, learned);
    return { ...done, state: { slots: tf.slice(done.state.slots, [0, 0, 0], [-1, 2, 3]) as Tensor3D } };
  };
  assert.match(wrong({ step }), /memory "wrong": a step makes slots of shape \[2,4,3\] one of \[2,2,3\]/);
  const tracing = (change: object): Partial<Memory<Queue>> => ({
    step: (raw, state, learned) => {
      const done = queue({ slots: 4, width: 3 }).step(raw, state, learned);
      return { ...done, trace: { heads: { ...done.trace.heads, ...change } } };
    },
  });
  const flat = tracing({ weights: tf.ones([2, 4]) });
  assert.match(wrong(flat), /memory "wrong": its trace has heads\.weights \[2,4\], expected \[2,1,\.\.\.\]/);
  assert.match(
    wrong(tracing({ weights: undefined })),
    /its trace has heads\.weights undefined, expected \[2,1,\.\.\.\]/,
  );
  assert.match(wrong(tracing({ parameters: { place: tf.ones([2, 1]) } })), /its trace has place \[2,1\], expected/);
  assert.match(
    wrong({ heads: { read: 2, write: 1 } }),
    /its trace has heads\.weights \[2,1,4\], expected \[2,3,\.\.\.\]/,
  );
  assert.match(wrong({ heads: undefined as never }), /memory "wrong": heads is undefined, expected how many/);
  assert.match(wrong({ starts: { place: [[-1, 1]] } }), /starts names number -1 of place, which it hasn't/);
  assert.match(wrong({ starts: { plaice: [[0, 1]] } }), /starts names number 0 of plaice, which it hasn't/);
  assert.match(wrong({ starts: { place: [[99, 1]] } }), /starts names number 99 of place, which it hasn't/);
  const keeps = (name: string): Partial<Memory<Queue>> => ({
    start: (batch) => ({ slots: tf.zeros([batch, 4, 3]), [name]: tf.zeros([batch, 5]) }),
  });
  assert.match(wrong(keeps("hidden")), /its state has hidden, as the controller's has: choose another name/);
  assert.match(wrong(keeps("cell")), /its state has cell, as the controller's has/);
  const learning = (weight: object): Partial<Memory<Queue>> => ({
    learned: () => [{ name: "start", shape: [4], values: [0, 0, 0, 0], ...weight }],
  });
  assert.match(wrong(learning({ values: [0, 0] })), /start of shape \[4\] starts with 2 values, expected 4/);
  assert.match(wrong(learning({ values: [0, 0, 0, undefined] })), /starts with 4 values, expected 4 numbers/);
  assert.match(wrong(learning({ name: "recurrentKernel" })), /two weights have the name recurrentKernel/);
  for (const name of ["output", "controller"])
    assert.match(
      wrong({ outputs: { [name]: 7 } }),
      new RegExp(`one of its weights is called ${name}.weight in a file, as another one is: choose another name`),
    );
  assert.match(wrong({ outputs: { pushIn: 3, push_in: 4 } }), /one of its weights is called push_in\.weight in a file/);
  assert.match(wrong(learning({ name: "placeKernel" })), /two weights have the name placeKernel/);
  assert.match(
    wrong({ contents: () => tf.ones([2, 4]) as never }),
    /its contents are \[2,4\], expected \[2,slots,width\]/,
  );
  assert.match(
    userMessage(() => {
      const config = registerMemory("nothing", keys, (() => undefined) as never);
      buildModel(taskModel(makeTask({ task: "copy" }), config({ hidden: 5, width: 3 })), 0);
    }),
    /memory "nothing": what makes it gives undefined, expected a memory with start, step and contents/,
  );
  assert.match(
    userMessage(() => registerMemory("dnc", {}, () => queue({ slots: 2, width: 1 }))),
    /registerMemory: "dnc" is built in/,
  );
  assert.match(
    userMessage(() => registerMemory("mine", { hidden: z.number() }, () => queue({ slots: 2, width: 1 }))),
    /registerMemory: all memory models have a key hidden/,
  );
});

test("weights of any form, whatever they are called, go out and come back", () => {
  const odd = registerMemory("odd", {}, () => ({
    ...queue({ slots: 4, width: 3 }),
    learned: () => [
      { name: "initialSlots", shape: [4, 3], size: 3 },
      { name: "mixing", shape: [2, 1, 3, 4], size: 2 },
      { name: "scaleKernel", shape: [3], size: 2 },
      { name: "cubeKernel", shape: [2, 3, 4], size: 2 },
    ],
  }));
  const [model, other] = [1, 2].map((seed) => buildModel(odd({ hidden: 5, features: 2, classes: 2 }), seed));
  const dict = toStateDict(model!);
  assert.deepEqual(
    Object.fromEntries(Object.entries(dict).map(([name, { shape }]) => [name, [...shape]])).mixing,
    [2, 1, 3, 4],
  );
  fromStateDict(other!, dict);
  const all = (of: typeof model) => of!.getWeights().map((weight) => Array.from(weight.dataSync()));
  assert.deepEqual(all(other), all(model));
});

test("keys that a schema changes whenever it checks them are refused: configs are checked more than once", () => {
  const more = z.number().transform((value) => value + 1);
  const words = z.string().transform((text) => text.split(" "));
  const make = ({ width }: { width: unknown }) => queue({ slots: 4, width: Number(width) });
  const cases = [
    () => registerMemory("more", { width: more }, make)({ hidden: 5, features: 2, classes: 2, width: 3 }),
    () =>
      registerMemory("words", { width: words }, make as never)({ hidden: 5, features: 2, classes: 2, width: "a b" }),
  ];
  for (const config of cases)
    assert.match(
      userMessage(() => buildModel(config(), 1)),
      /^model config\.width is .*, which its schema changes or refuses when it is checked again: transform/,
    );
  // this one has no more to change the second time
  const lower = z.string().transform((text) => text.toLowerCase());
  const named = registerMemory("named", { label: lower }, () => queue({ slots: 4, width: 3 }));
  assert.doesNotThrow(() => buildModel(named({ hidden: 5, features: 2, classes: 2, label: "A" }), 1));
});

test("names that a layer has itself, or that tfjs's files don't keep, are refused", () => {
  const make = () => queue({ slots: 4, width: 3 });
  for (const key of ["hidden", "seed", "batchSize", "dtype", "inputShape", "kind"])
    assert.match(
      userMessage(() => registerMemory("other", { [key]: z.number() }, make)),
      new RegExp(`all memory models have a key ${key}`),
    );
  for (const name of ["my_memory", "K", "aBC"]) {
    const message = /^registerMemory: tfjs would save "\w+" under another name, expected one such as "myMemory"/;
    assert.match(
      userMessage(() => registerMemory(name, {}, make)),
      message,
    );
    assert.match(
      userMessage(() => registerMemory("other", { [name]: z.number() }, make)),
      message,
    );
  }
});
