import assert from "node:assert/strict";
import { test } from "node:test";
import { type Dataset, type Samples, sampleRow, stride } from "../../src/dataset/index.js";
import { assertUserError } from "./support.js";

const train: Samples = {
  x: Float64Array.of(1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 3, 4, 5, 6, 7),
  y: Int32Array.of(7, 2, 7),
  rows: 3,
};
const held: Samples = { x: Float64Array.of(9, 8, 7, 6, 5), y: Int32Array.of(2), rows: 1 };
const data: Dataset & { name: string } = { name: "by hand", length: 5, train, test: held };

test("stride keeps features 0, k, 2k, ... and what else the data set holds", () => {
  const every = stride(data, 2);
  assert.equal(every.length, 3);
  assert.equal(every.name, "by hand");
  assert.deepEqual([...every.train.x], [1, 3, 5, 10, 30, 50, 3, 5, 7]);
  assert.deepEqual([...every.test.x], [9, 7, 5]);
  assert.deepEqual(stride(data, 1), data);
  assert.equal(data.length, 5);
});

test("a row of the samples", () => {
  assert.deepEqual([...sampleRow(train, 1)], [10, 20, 30, 40, 50]);
});

test("wrong input is told in one line", () => {
  for (const k of [0, 6, 1.5]) assertUserError(() => stride(data, k), `stride is ${k}`, "1 to 5");
  assertUserError(() => sampleRow(train, 3), "sample is 3", "0 to 2");
  assertUserError(() => sampleRow({ ...train, rows: 2 }, 0), "don't fit");
});
