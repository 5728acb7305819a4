import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import type { InitialStateConfig } from "../../src/memory/config.js";
import { initialState } from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const sizes = { batch: 2, slots: 3, width: 2 };
const published: InitialStateConfig = { memory: "zero", readWeights: "uniform", writeWeights: "uniform" };
const values = (tensor: Tensor) => Array.from(tensor.dataSync());

test("the published start: zeros and even weights", () => {
  const { memory, weights } = initialState(published, sizes);
  assert.deepEqual(memory.shape, [2, 3, 2]);
  assert.deepEqual(values(memory), new Array(12).fill(0));
  assert.deepEqual(weights.shape, [2, 2, 3]);
  assert.ok(values(weights).every((w) => w === Math.fround(1 / 3)));
});

test("each kind of heads starts by itself, every head of a kind alike", () => {
  const heads = { ...sizes, readHeads: 1, writeHeads: 2 };
  const { weights } = initialState({ ...published, writeWeights: "peaked" }, heads);
  assert.deepEqual(weights.shape, [2, 3, 3]);
  const third = Math.fround(1 / 3);
  const row = [
    [third, third, third],
    [1, 0, 0],
    [1, 0, 0],
  ].flat();
  assert.deepEqual(values(weights), [...row, ...row]);
});

test("a random memory is a constant of its seed, the same in every row of the batch", () => {
  const of = (seed: number) =>
    values(initialState({ ...published, memory: { kind: "random", scale: 0.5, seed } }, sizes).memory);
  assert.deepEqual(of(0), of(0));
  assert.notDeepEqual(of(0), of(1));
  assert.deepEqual(of(0).slice(0, 6), of(0).slice(6));
  const many = initialState(
    { ...published, memory: { kind: "random", scale: 0.5, seed: 3 } },
    { ...sizes, slots: 2000 },
  ).memory;
  const { mean, variance } = tf.moments(many);
  assert.ok(Math.abs(mean.dataSync()[0]!) < 0.03);
  assert.ok(Math.abs(Math.sqrt(variance.dataSync()[0]!) - 0.5) < 0.02);
});

test("a learned start takes the given tensors, the weights by softmax, and gradients of all rows of the batch flow to them", () => {
  const config: InitialStateConfig = { memory: "learned", readWeights: "learned", writeWeights: "peaked" };
  const memory = tf.tensor2d([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const readLogits = tf.tensor2d([[0, Math.log(2), Math.log(5)]]);
  const start = initialState(config, sizes, { initialMemory: memory, initialReadLogits: readLogits });
  assert.deepEqual(values(start.memory), [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  [0.125, 0.25, 0.625, 1, 0, 0].forEach((w, i) => {
    assert.ok(Math.abs(values(start.weights)[i]! - w) < 1e-6);
  });
  const [toMemory, toLogits] = tf.grads((m: Tensor, l: Tensor) => {
    const state = initialState(config, sizes, { initialMemory: m!, initialReadLogits: l! });
    return tf.add(tf.sum(state.memory), tf.sum(tf.slice(state.weights, [0, 0, 0], [2, 1, 1])));
  })([memory, readLogits]);
  assert.deepEqual(values(toMemory!), [2, 2, 2, 2, 2, 2]);
  // of softmax_0: p0 (1 - p0), -p0 p1, -p0 p2; two rows
  [0.125 * 0.875, -0.125 * 0.25, -0.125 * 0.625].forEach((g, i) => {
    assert.ok(Math.abs(values(toLogits!)[i]! - 2 * g) < 1e-6);
  });
});

test("a learned start without its tensor is an error", () => {
  assert.throws(() => initialState({ ...published, memory: "learned" }, sizes), /memory is learned, but no tensor/);
});
