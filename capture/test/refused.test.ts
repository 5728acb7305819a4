import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { CaptureError, capture, captureTraining, scan, type TrainerOptions } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const modes = ["graph", "xla"] as const;

test("promises that nobody awaits: one line, and the process lives", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  const x = tf.ones([1, 2, 1]);
  const refused: [string, () => Promise<unknown>, RegExp][] = [
    [
      "data()",
      () =>
        capture(
          (y: Tensor) => {
            y.data();
            return tf.relu(y);
          },
          [x],
        ),
      /value of input 0 was read/,
    ],
    [
      "a caught read",
      () =>
        capture(
          (y: Tensor) => {
            try {
              y.dataSync();
            } catch {}
            return tf.relu(y);
          },
          [x],
        ),
      /value of input 0 was read/,
    ],
    [
      "async",
      () => capture((async (y: Tensor) => tf.relu(await y.data())) as never, [x]),
      /the function is async, nothing awaits it/,
    ],
    [
      "async that fails",
      () =>
        capture(
          (async () => {
            throw new Error("mine");
          }) as never,
          [x],
        ),
      /the function is async/,
    ],
    [
      "async cell",
      () =>
        capture(
          (y: Tensor) =>
            scan(
              (async () => {
                throw new Error("mine");
              }) as never,
              { h: tf.zeros([1, 1]) },
              y,
            ).state.h,
          [x],
        ),
      /scan: the cell is async/,
    ],
  ];
  for (const [what, run, expected] of refused) await assert.rejects(run(), expected, what);
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  const loss = (async () => {
    throw new Error("mine");
  }) as never;
  const step = async (options: TrainerOptions) =>
    (await captureTraining(model, options)).step(tf.ones([1, 2]), tf.tensor1d([0], "int32"), 0.1);
  await assert.rejects(step({ loss }), /the loss is async/);
  const optimizer = {
    name: "own",
    init: () => [],
    update: (async () => {
      throw new Error("mine");
    }) as never,
  };
  await assert.rejects(step({ optimizer }), /the optimizer's update is async/);
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
});

test("arguments are looked at", async () => {
  const same = await capture((x: Tensor) => x, [tf.ones([1])]);
  assert.throws(
    () => same(undefined as never),
    (error) => error instanceof CaptureError && /input 0 is undefined, expected a tensor/.test(error.message),
  );
  await assert.rejects(
    capture(() => [], []),
    /returns no tensor/,
  );
  const constant = await capture(() => tf.scalar(3).add(1) as Tensor, []);
  assert.deepEqual(values(constant()), [4]);
  await assert.rejects(
    capture((x: Tensor) => x, [tf.ones([1])], { seed: -1 }),
    /seed is -1, expected a whole number/,
  );
  same.dispose();
  constant.dispose();
});

for (const compile of modes) {
  test(`${compile}: NaN stays NaN in maxima and minima, and indices out of range are told`, async () => {
    const run = async (fn: (x: Tensor) => Tensor, x: Tensor) => {
      const captured = await capture(fn, [tf.onesLike(x)], { compile });
      try {
        return values(captured(x));
      } finally {
        captured.dispose();
      }
    };
    const x = tf.tensor1d([7, Number.NaN]);
    for (const fn of [
      tf.max,
      tf.min,
      tf.relu,
      tf.relu6,
      tf.softmax,
      tf.logSoftmax,
      (y: Tensor) => tf.maximum(y, 0),
      (y: Tensor) => tf.clipByValue(y, -1, 1),
    ]) {
      const [got, want] = [await run(fn as never, x), values((fn as (y: Tensor) => Tensor)(x))];
      assert.deepEqual(got.map(Number.isNaN), want.map(Number.isNaN));
    }
    const table = tf.tensor1d([1, 2, 3]);
    for (const index of [7, -1]) {
      const gather = await capture((i: Tensor) => tf.gather(table, i as never), [tf.tensor1d([0, 1], "int32")], {
        compile,
      });
      assert.deepEqual(values(gather(tf.tensor1d([2, 0], "int32"))), [3, 1]);
      assert.throws(
        () => gather(tf.tensor1d([0, index], "int32")),
        (error) =>
          error instanceof CaptureError && new RegExp(`${index}`).test(error.message) && !error.message.includes("\n"),
      );
      gather.dispose();
    }
  });
}

test("under another backend a captured function says so, and works again under its own", async () => {
  const captured = await capture((x: Tensor) => tf.add(x, 1) as Tensor, [tf.ones([2])]);
  const before = tf.getBackend();
  await tf.setBackend("cpu");
  try {
    const x = tf.ones([2]);
    assert.throws(
      () => captured(x),
      (error) => error instanceof CaptureError && /the active one is "cpu"/.test(error.message),
    );
  } finally {
    await tf.setBackend(before);
  }
  assert.deepEqual(values(captured(tf.ones([2]))), [2, 2]);
});

for (const compile of modes) {
  test(`${compile}: whole numbers are divided by what is 0 only while it is recorded`, async () => {
    const whole = (...numbers: number[]) => tf.tensor1d(numbers, "int32");
    for (const divide of [tf.floorDiv, tf.mod, tf.div]) {
      const captured = await capture((a: Tensor, b: Tensor) => divide(a, b) as Tensor, [whole(0, 0), whole(0, 0)], {
        compile,
      });
      const [a, b] = [whole(7, 8), whole(2, 3)];
      assert.deepEqual(values(captured(a, b)), values(divide(a, b)));
      assert.throws(() => captured(a, whole(2, 0)), /division by zero|is given the divisor 0/i);
    }
    // a state that starts at 1 and grows, but is 0 while the cell is recorded; what scan gives is 0 then, too
    const divisors = (x: Tensor) => {
      const cell = ({ k, h }: { k: Tensor; h: Tensor }) => ({
        state: { k: tf.add(k, tf.scalar(1, "int32")), h: tf.add(h, tf.mod(tf.scalar(6, "int32"), k)) },
      });
      const { k, h } = scan(cell, { k: tf.ones([1, 1], "int32"), h: tf.zeros([1, 1], "int32") }, x).state;
      return [h!, tf.floorDiv(tf.scalar(60, "int32"), k!) as Tensor];
    };
    const x = tf.ones([1, 4, 1]);
    assert.deepEqual((await capture(divisors, [x], { compile }))(x).map(values), divisors(x).map(values));
  });
}
