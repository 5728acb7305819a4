import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import type { RandomState } from "../../src/dataset/index.js";
import { RandomState as Random } from "../../src/dataset/index.js";
import { check } from "../../src/support/validate.js";
import { bits, makeTask, registerTask, Sheet, type Task, TaskConfig, taskBatch } from "../../src/tasks/index.js";

/** A reader's own task: were the bits so far even or odd in number? */
const task = (every: number): Task => ({
  name: "parity",
  inputs: 1,
  outputs: 1,
  answer: "bits",
  unit: "bits",
  lengths: [1, 8],
  steps: (length) => length,
  sample(random: RandomState, length: number) {
    const sheet = new Sheet(length, 1, 1);
    let ones = 0;
    bits(random, length).forEach((bit, step) => {
      ones += bit;
      sheet.show(step, [bit]);
      if ((length - 1 - step) % every === 0) sheet.ask(step, [ones % 2]);
    });
    return sheet;
  },
});

const parity = registerTask("parity", { every: z.number().int().min(1).default(1) }, ({ every }) => task(every));

test("a config names an own task, its defaults filled in, and its samples make batches", () => {
  assert.deepEqual(parity({}), { task: "parity", every: 1 });
  const config = check(TaskConfig, JSON.parse('{ "task": "parity", "every": 3 }'), "task config");
  const made = makeTask(config);
  const { x, targets, mask } = taskBatch(made, Random.stream(1, "b"), { batch: 2, lengths: [6, 6] });
  assert.deepEqual(Array.from(mask), [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  const ones = (from: number, to: number) => x.slice(from, to).reduce((a, b) => a + b, 0) % 2;
  assert.deepEqual(
    [targets[2], targets[5], targets[8], targets[11]],
    [ones(0, 3), ones(0, 6), ones(6, 9), ones(6, 12)],
  );
  assert.throws(() => makeTask({ task: "parity", every: 0 } as never), /task config.every is 0, expected at least 1/);
  assert.throws(() => parity({ often: 1 } as never), /config of task parity has the unknown key often/);
});

test("unknown names list what is known; built-in names stay", () => {
  assert.throws(
    () => makeTask({ task: "paste" } as never),
    /task config.task is "paste", expected one of "copy", .*"parity", or a task made/,
  );
  assert.throws(() => makeTask("copy" as never), /task config is "copy", expected object/);
  assert.throws(() => registerTask("copy", {}, () => task(1)), /"copy" is built in/);
});

test("a task that can't work is told where it is made", () => {
  const broken = (change: Partial<Task>) => {
    const own = registerTask("broken", {}, () => ({ ...task(1), ...change }));
    return () => makeTask(own({}));
  };
  assert.throws(broken({ inputs: 2 }), /task "parity": x has 1 values for 1 steps, expected 2/);
  assert.throws(broken({ steps: () => 2 }), /a sample of length 8 has 8 steps, more than the 2 it says/);
  assert.throws(broken({ sample: (_, length) => new Sheet(length, 1, 1) }), /asks for no answer/);
  const half = (_: RandomState, length: number) => {
    const sheet = new Sheet(length, 1, 1);
    sheet.ask(0, [0.5]);
    return sheet;
  };
  assert.throws(broken({ sample: half }), /a target or the mask is 0.5, expected 0 or 1/);
  let calls = 0;
  const moody = (_: RandomState, length: number) => {
    const sheet = new Sheet(length, 1, 1);
    sheet.show(0, [calls++]);
    sheet.ask(0, [1]);
    return sheet;
  };
  assert.throws(broken({ sample: moody }), /the same seed gives two samples/);
});
