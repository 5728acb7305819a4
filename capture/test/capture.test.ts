import "./environment.js";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import { CaptureError, capture } from "../src/index.js";
import { record } from "../src/record.js";
import { tf } from "../src/tensorflow.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`dms-ntm-capture-${process.pid}-`));

test("a captured function gives what the function gives, for other values too", async () => {
  const w = tf.randomNormal([3, 4], 0, 1, "float32", 1) as Tensor2D;
  const fn = (x: Tensor) => tf.softmax(tf.tanh(tf.matMul(x as Tensor2D, w)));
  const captured = await capture(fn, [tf.zeros([2, 3])]);
  for (const seed of [1, 2, 3]) {
    const x = tf.randomNormal([2, 3], 0, 1, "float32", seed);
    assert.deepEqual(values(captured(x)), values(fn(x)));
  }
  captured.dispose();
});

test("gradients taken inside are captured", async () => {
  const fn = (x: Tensor) => tf.grad((y: Tensor) => tf.sum(tf.pow(y, 3)))(x);
  const captured = await capture(fn, [tf.ones([3])]);
  assert.deepEqual(values(captured(tf.tensor1d([1, 2, 3]))), [3, 12, 27]);
});

test("several outputs, an input as an output, an unused input, a clone as another input", async () => {
  const a = tf.tensor1d([1, 2]);
  const captured = await capture(
    (x: Tensor, y: Tensor, _unused: Tensor) => [tf.add(x, y), x, tf.scalar(7)],
    [a, a.clone(), a],
  );
  const [sum, same, constant] = captured(tf.tensor1d([1, 2]), tf.tensor1d([10, 20]), tf.tensor1d([0, 0]));
  assert.deepEqual([values(sum!), values(same!), values(constant!)], [[11, 22], [1, 2], [7]]);
});

test("int32 and bool inputs and outputs", async () => {
  const captured = await capture(
    (x: Tensor) => [tf.greater(x, 1), tf.oneHot(x as never, 3), tf.argMax(tf.cast(x, "float32"))],
    [tf.tensor1d([0, 0, 0], "int32")],
  );
  const [greater, oneHot, best] = captured(tf.tensor1d([0, 2, 1], "int32"));
  assert.deepEqual(values(greater!), [0, 1, 0]);
  assert.deepEqual(values(oneHot!), [1, 0, 0, 0, 0, 1, 0, 1, 0]);
  assert.deepEqual(values(best!), [1]);
});

test("constants are copied: later changes can't leak in", async () => {
  const state = tf.tensor1d([1, 2]);
  const captured = await capture((x: Tensor) => tf.mul(x, state), [tf.ones([2])]);
  state.dispose();
  assert.deepEqual(values(captured(tf.ones([2]))), [1, 2]);
});

const mistakes: [string, (x: Tensor) => Tensor, RegExp][] = [
  [
    "dataSync",
    (x) => tf.mul(x, tf.exp(x).dataSync()[0]!),
    /value of a result of Exp was read.*return the tensor as an output/,
  ],
  ["dataSync of an input", (x) => tf.mul(x, x.dataSync()[0]!), /value of input 0 was read/],
  ["print", (x) => tf.add(x, String(tf.square(x).print()).length), /value of a result of Square was read/],
  ["arraySync", (x) => tf.tensor(tf.neg(x).arraySync() as number[]), /value of a result of Neg was read/],
  ["random numbers", (x) => tf.add(x, tf.randomNormal([2])), /random numbers.*pass them as an input/],
  ["dropout", (x) => tf.dropout(x, 0.5), /random numbers/],
  [
    "a native random op",
    (x) =>
      tf
        .multinomial(tf.ones([2, 2]) as Tensor2D, 3, 1)
        .toFloat()
        .add(tf.sum(x)),
    /Multinomial can't be recorded/,
  ],
  [
    "a nested capture",
    (x) => {
      record([x], () => [x], "graph");
      return x;
    },
    /another capture is running/,
  ],
  ["no tensor", () => 3 as never, /output 0 of the function is 3, expected a tensor: return one, or an array of them/],
  [
    "an object of tensors",
    (x) => ({ x }) as never,
    /output 0 of the function is \{"x":"a tf.Tensor \[2\]"\}, expected a tensor/,
  ],
  [
    "an op that fails for the examples",
    (x) => tf.sparseToDense(tf.cast(tf.mul(x, 0), "int32"), x, [3]) as Tensor,
    /TensorFlow says of SparseToDense: .* is repeated; it runs once while it is recorded.*: take examples that it works for/,
  ],
  ["a promise", (async (x: Tensor) => x) as never, /async/],
];

for (const [what, fn, expected] of mistakes) {
  test(`${what} inside a capture: one clear error, and the backend as it was`, async () => {
    const before = tf.memory().numTensors;
    const x = tf.tensor1d([1, 2]);
    await assert.rejects(
      capture(fn, [x]),
      (error) => error instanceof CaptureError && expected.test(error.message) && !error.message.includes("\n"),
    );
    assert.deepEqual(values(tf.add(x, 1)), [2, 3]);
    assert.equal(tf.randomNormal([2]).dataSync().length, 2);
    for (const name of ["executeSingleOutput", "executeMultipleOutputs", "readSync", "read"])
      assert.ok(!Object.hasOwn(tf.backend(), name), name);
    assert.ok(tf.memory().numTensors <= before + 3, "no tensor of the failed capture is left");
  });
}

test("an input of another shape, type or number, or disposed, is refused with what was expected", async () => {
  const captured = await capture((x: Tensor) => tf.neg(x), [tf.ones([2, 3])]);
  assert.throws(() => captured(tf.ones([3, 2])), /input 0 is float32 \[3,2\], it was captured with float32 \[2,3\]/);
  assert.throws(() => captured(tf.ones([2, 3], "int32")), /input 0 is int32 \[2,3\]/);
  // @ts-expect-error the types know it too
  assert.throws(() => captured(), /0 inputs were given, it was captured with 1/);
  const gone = tf.ones([2, 3]);
  gone.dispose();
  assert.throws(() => captured(gone), /input 0 was disposed/);
  captured.dispose();
  assert.throws(() => captured(tf.ones([2, 3])), /was disposed: capture it again/);
});

test("a temporary folder that can't be written is named, with what to do, and leaves no tensors", async () => {
  const [x, { TMPDIR }] = [tf.zeros([2]), process.env];
  const before = tf.memory().numTensors;
  process.env.TMPDIR = join(__filename, "tmp");
  try {
    await assert.rejects(
      capture((y: Tensor) => tf.add(y, 1), [x]),
      {
        name: "UserError",
        message:
          /capture\.test\.js\/tmp can't be written: .*: a file is where a folder should be: move it away, or set TMPDIR to another folder$/,
      },
    );
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  assert.equal(tf.memory().numTensors, before);
  x.dispose();
});

test("replays leave no tensors, captures no files", async () => {
  const x = tf.ones([2, 3]);
  const captured = await capture((y: Tensor) => [tf.exp(y), tf.sum(y)], [x]);
  const before = tf.memory().numTensors;
  for (let i = 0; i < 1000; i++) tf.dispose(captured(x));
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual(leftovers(), []);
});
