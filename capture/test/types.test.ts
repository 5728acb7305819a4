import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { type Captured, capture } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

test("a captured function has the type of the function: as many inputs, of these ranks", async () => {
  const sum = await capture((x: Tensor2D, y: Tensor1D): Tensor2D => tf.add(x, y), [tf.zeros([2, 3]), tf.zeros([3])]);
  const typed: Captured<[Tensor2D, Tensor1D], Tensor2D> = sum;
  const value: Tensor2D = typed(tf.ones<tf.Rank.R2>([2, 3]), tf.ones<tf.Rank.R1>([3]));
  assert.equal(value.dataSync()[0], 2);
  // @ts-expect-error two inputs
  assert.throws(() => sum(tf.ones([2, 3])), /1 inputs were given, it was captured with 2/);
  // @ts-expect-error of rank 2 and 1
  assert.throws(() => sum(tf.ones<tf.Rank.R1>([3]), tf.ones<tf.Rank.R1>([3])), /input 0 is float32 \[3\]/);
  sum.dispose();
});

test("what it takes is told by the examples where the function doesn't say, and how many by a list", async () => {
  const twice = await capture((x) => [x, tf.mul(x, 2)], [tf.zeros([3])]);
  const [one, two] = twice(tf.ones([3]));
  // @ts-expect-error one input
  assert.throws(() => twice(tf.ones([3]), tf.ones([3])), /2 inputs were given/);
  assert.deepEqual([one!.dataSync()[0], two!.dataSync()[0]], [1, 2]);
  twice.dispose();
  const list: Tensor[] = [tf.zeros([2]), tf.zeros([2])];
  const all = await capture((...xs: Tensor[]) => tf.addN(xs), list);
  assert.equal(all(tf.ones([2]), tf.ones([2])).dataSync()[0], 2);
  all.dispose();
});
