import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addressingRows } from "../../src/figures/addressing.js";
import { shiftKernel, shiftWeights } from "../../src/figures/kernel.js";
import { gaussian, wrap } from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** K[i][j] straight from the definition, each row divided by its sum. */
function naiveMatrix(slots: number, delta: number, sigma: number, form: "published" | "periodic"): number[][] {
  const ring = (d: number) => {
    let x = d;
    while (x >= slots / 2) x -= slots;
    while (x < -slots / 2) x += slots;
    return x;
  };
  return Array.from({ length: slots }, (_, i) => {
    const row = Array.from({ length: slots }, (_, j) => {
      const x = form === "published" ? ring(i - j) - delta : ring(i - j - delta);
      return Math.exp((-x * x) / (2 * sigma * sigma));
    });
    const sum = total(row);
    return row.map((value) => value / sum);
  });
}

describe("shift kernel", () => {
  test("wrap stays from -N/2 up to but not including N/2", () => {
    assert.deepEqual(
      [-30, -10, -1, 0, 9, 10, 11, 29].map((d) => wrap(d, 20)),
      [-10, -10, -1, 0, 9, -10, -9, 9],
    );
  });

  for (const form of ["published", "periodic"] as const) {
    test(`${form}: what figures show is the kernel that models use`, () => {
      for (const slots of [2, 7, 20])
        for (const [delta, sigma] of [
          [0, 0.3],
          [0.4 * slots, 1],
          [-0.3 * slots, 3],
        ] as const) {
          const said = tf.tensor2d([[delta, Math.log(Math.expm1(sigma - 0.1))]]);
          const { kernel } = gaussian({ sigmaFloor: 0.1, periodic: form === "periodic" }).kernel(said, slots);
          const shown = shiftKernel({ slots, delta, sigma, form });
          kernel.dataSync().forEach((value, d) => {
            const expected = shown[wrap(d, slots) + Math.floor(slots / 2)]!;
            assert.ok(Math.abs(value - expected) < 1e-5, `${slots} slots, ${delta}, ${sigma}: ${value}, ${expected}`);
          });
        }
    });

    test(`${form}: shifted weights are those of the full matrix, and sum to 1`, () => {
      for (const [delta, sigma] of [
        [0, 0.3],
        [2.5, 1],
        [9.5, 3],
        [-7, 3],
        [5, 0.3],
      ] as const) {
        const kernel = shiftKernel({ slots: 20, delta, sigma, form });
        const weights = Array.from({ length: 20 }, (_, i) => (i + 1) / 210);
        const matrix = naiveMatrix(20, delta, sigma, form);
        const expected = matrix.map((row) => total(row.map((k, j) => k * weights[j]!)));
        const shifted = shiftWeights(weights, kernel);
        assert.ok(Math.abs(total(kernel) - 1) < 1e-6);
        shifted.forEach((value, i) => {
          assert.ok(Math.abs(value - expected[i]!) < 1e-6, `slot ${i} with delta ${delta}, sigma ${sigma}`);
        });
      }
    });
  }

  test("a whole shift moves a one-hot weighting by that many slots, round the ring", () => {
    const oneHot = Array.from({ length: 20 }, (_, i) => (i === 15 ? 1 : 0));
    const landed = shiftWeights(oneHot, shiftKernel({ slots: 20, delta: 7, sigma: 0.1, form: "periodic" }));
    assert.equal(
      landed.findIndex((weight) => weight > 0.99),
      2,
    );
  });

  test("beyond half a ring the published kernel is dead, the periodic one comes round", () => {
    const at = { slots: 20, delta: 12, sigma: 0.3 };
    assert.ok(total(shiftKernel({ ...at, form: "published" })) < 1e-6);
    assert.ok(Math.abs(total(shiftKernel({ ...at, form: "periodic" })) - 1) < 1e-12);
    assert.deepEqual(shiftKernel({ ...at, form: "periodic" }), shiftKernel({ ...at, delta: -8, form: "periodic" }));
  });

  test("an odd number of slots and a very narrow focus work too", () => {
    const kernel = shiftKernel({ slots: 7, delta: 0.5, sigma: 0.001, form: "periodic" });
    assert.deepEqual(kernel, [0, 0, 0, 0.5, 0.5, 0, 0]);
  });

  test("bad arguments are named with their value", () => {
    const good = { slots: 20, delta: 0, sigma: 1, form: "periodic" } as const;
    assert.throws(() => shiftKernel({ ...good, sigma: 0 }), /sigma is 0, expected more than 0/);
    assert.throws(() => shiftKernel({ ...good, delta: Number.NaN }), /delta is NaN/);
    assert.throws(() => shiftKernel({ ...good, slots: 1 }), /slots is 1/);
    assert.throws(() => shiftKernel({ ...good, form: "flat" as never }), /form is "flat", expected one of published/);
    assert.throws(() => shiftWeights([1, 0], [1]), /kernel has 1 weights, expected 2/);
  });
});

test("the addressing figure's numbers sum to 1 in every panel and curve", () => {
  const rows = addressingRows(20, [0, 2.5, 9.5], [0.3, 3], 5);
  for (const view of [rows.kernel, rows.landing]) {
    const sums = new Map<string, [number, number]>();
    for (const { shift, focus, published, periodic } of view) {
      const [a, b] = sums.get(shift + focus) ?? [0, 0];
      sums.set(shift + focus, [a + published, b + periodic]);
    }
    assert.equal(sums.size, 6);
    for (const sum of [...sums.values()].flat()) assert.ok(Math.abs(sum - 1) < 1e-6);
  }
  const peak = rows.landing.filter((row) => row.shift === "δ = 0" && row.focus === "σ = 0.3");
  assert.equal(
    peak.findIndex((row) => row.published > 0.9),
    5,
  );
});
