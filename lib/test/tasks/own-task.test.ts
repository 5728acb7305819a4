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
  assert.throws(broken({ answer: "class" as never }), /task "parity": answer is "class", expected "bits" or "classes"/);
  assert.throws(
    broken({ sample: () => ({ steps: 1 }) as never }),
    /task "parity": x has no values for 1 steps, expected 1/,
  );
  assert.throws(
    broken({ sample: () => undefined as never }),
    /a sample is undefined, expected \{ steps, x, targets, mask \}/,
  );
  assert.throws(broken({ sample: half }), /a target or the mask is 0.5, expected 0 or 1/);
  let calls = 0;
  const moody = (_: RandomState, length: number) => {
    const sheet = new Sheet(length, 1, 1);
    sheet.show(0, [calls++]);
    sheet.ask(0, [1]);
    return sheet;
  };
  assert.throws(broken({ sample: moody }), /the same seed gives two samples/);
  const fickle = (_: RandomState, length: number) => {
    const sheet = new Sheet(length, 1, 1);
    sheet.ask(0, [calls++ % 2]);
    return sheet;
  };
  assert.throws(broken({ sample: fickle }), /the same seed gives two samples/);
  const classes = (...target: number[]) => ({
    answer: "classes" as const,
    outputs: 2,
    sample: (_: RandomState, length: number) => {
      const sheet = new Sheet(length, 1, 2);
      sheet.ask(0, target);
      return sheet;
    },
  });
  assert.throws(broken(classes(1, 1)), /the answer at step 0 is 2 classes, expected a single 1/);
  assert.throws(broken(classes()), /the answer at step 0 is 0 classes, expected a single 1/);
  assert.doesNotThrow(broken(classes(0, 1)));
});

test("a sheet refuses what would be another step's or isn't there", () => {
  const sheet = new Sheet(3, 2, 2);
  assert.throws(
    () => sheet.show(0, [1, 0, 1]),
    /^UserError: 3 values from input channel 0 on, at step 0: there are 2 input/,
  );
  assert.throws(() => sheet.show(0, [1, 0], 1), /2 values from input channel 1 on/);
  assert.throws(() => sheet.ask(0, 1 as never), /output values are 1, expected an array of numbers/);
  assert.throws(() => sheet.ask(0, [0, 1, 1]), /3 values from output channel 0 on, at step 0: there are 2 output/);
  for (const step of [3, -1, 0.5, NaN])
    assert.throws(() => sheet.show(step, [1]), /step is .*, expected .* from 0 to 2/);
  assert.deepEqual([sheet.x, sheet.targets, sheet.mask].flatMap((values) => Array.from(values)).filter(Boolean), []);
});

test("soft targets and weighted masks, which would be counted otherwise in training than in the test, are refused", () => {
  const drawn = (own: (sheet: Sheet) => void, answer: Task["answer"] = "bits") => {
    const sample = () => {
      const sheet = new Sheet(2, 1, 2);
      sheet.ask(1, [1, 0]);
      own(sheet);
      return sheet;
    };
    return () => taskBatch({ ...task(1), outputs: 2, answer, sample }, Random.stream(1, "b"), { batch: 2 });
  };
  assert.throws(
    drawn(({ mask }) => mask.fill(0.5)),
    /a target or the mask is 0.5, expected 0 or 1/,
  );
  assert.throws(
    drawn(({ targets }) => targets.fill(0.25)),
    /a target or the mask is 0.25, expected 0 or 1/,
  );
  assert.throws(
    drawn(({ targets }) => targets.fill(1), "classes"),
    /the answer at step 1 is 2 classes/,
  );
  assert.doesNotThrow(drawn(() => {}, "classes"));
});

test("a task that nobody registered can't spill into the next row of a batch", () => {
  const long = { ...task(1), sample: () => new Sheet(3, 1, 1), steps: () => 2 };
  assert.throws(() => taskBatch(long, Random.stream(1, "b"), { batch: 2 }), /has 3 steps, more than 2/);
  const wide = { ...task(1), sample: () => new Sheet(1, 2, 1) };
  assert.throws(() => taskBatch(wide, Random.stream(1, "b"), { batch: 2 }), /x has 2 values for 1 steps, expected 1/);
});
