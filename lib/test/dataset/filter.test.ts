import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussianFilter, resample } from "../../src/dataset/index.js";
import { assertClose, assertUserError, fixture } from "./support.js";

const { gaussian, resample: stretched } = fixture<{
  gaussian: { signal: number[]; sigma: number; result: number[] }[];
  resample: { signal: number[]; length: number; result: number[] }[];
}>("signal");

for (const { signal, sigma, result } of gaussian) {
  test(`gaussianFilter as scipy: ${signal.length} values, sigma ${sigma}`, () => {
    assertClose(gaussianFilter(signal, sigma), result, 1e-15);
  });
}

test("the Gaussian kernel sums to 1 and ends at 4 sigma", () => {
  const impulse = Float64Array.from({ length: 25 }, (_, i) => (i === 12 ? 1 : 0));
  const kernel = gaussianFilter(impulse, 2);
  assert.deepEqual([kernel.findIndex((v) => v > 0), kernel.findLastIndex((v) => v > 0)], [12 - 8, 12 + 8]);
  const total = kernel.reduce((sum, v) => sum + v, 0);
  assert.ok(Math.abs(total - 1) < 1e-15);
});

test("smoothing keeps a constant and the signal itself", () => {
  const signal = Float64Array.of(3, 3, 3, 3);
  assertClose(gaussianFilter(signal, 2), [3, 3, 3, 3], 1e-15);
  assert.deepEqual([...signal], [3, 3, 3, 3]);
});

for (const { signal, length, result } of stretched) {
  test(`resample as scipy: ${signal.length} to ${length} points`, () => {
    assert.deepEqual([...resample(signal, length)], result);
  });
}

test("wrong input is told in one line", () => {
  assertUserError(() => gaussianFilter([1], -1), "sigma is -1");
  assertUserError(() => gaussianFilter([1], Number.NaN), "sigma is");
  assertUserError(() => gaussianFilter([], 1), "empty");
  assertUserError(() => resample([1], 4), "signal has 1 values");
  assertUserError(() => resample([1, 2], 1), "length is 1");
});
