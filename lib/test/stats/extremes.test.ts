/** Ends of the range of numbers, arrays of all kinds, and levels of almost nothing: by exact arithmetic in Python. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as stats from "../../src/stats/index.js";
import { userMessage } from "../support.js";

function close(got: number, expected: number, what: string): void {
  assert.ok(got === expected || Math.abs(got - expected) <= 1e-8 * Math.abs(expected), `${got}, ${expected}: ${what}`);
}

test("spreads of few values far from 0, and of equal ones", () => {
  // fractions.Fraction: the variance of 4, 2, 2, 6, 5, 2, 0, 0, 3, 3, whatever is added
  const values = [4, 2, 2, 6, 5, 2, 0, 0, 3, 3];
  for (const zero of [0, 1e9, 1e15])
    close(stats.summarize(values.map((x) => zero + x)).sd, 1.9465068427541912, `${zero}`);
  for (const [value, n] of [
    [0.8651502348674213, 5],
    [0.2901197359848237, 20],
    [-0.8695135925626426, 100],
    [0.1, 3],
  ] as const)
    assert.deepEqual(stats.summarize(new Array(n).fill(value)), { n, mean: value, sd: 0, min: value, max: value });
});

test("beside an infinity the sum of the finite values is none", () => {
  const most = Number.MAX_VALUE;
  for (const infinite of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const { mean, sd } = stats.summarize([-Math.sign(infinite) * most, -Math.sign(infinite) * most, infinite]);
    assert.deepEqual([mean, sd], [infinite, Number.POSITIVE_INFINITY]);
  }
});

test("a t test doesn't see the unit, down to the smallest number and up to the largest", () => {
  const values = [3, 3, 3, 4, 2, 0, 0, 1, 3, 1];
  const { t, p } = stats.pairedT(values)!;
  close(t, 4.47213595499958, "t by scipy");
  close(p, 0.0015498859117018219, "p by mpmath");
  for (const unit of [Number.MIN_VALUE, 2 ** -1000, 2 ** -300, 2 ** 300, 2 ** 1021])
    assert.deepEqual(stats.pairedT(values.map((x) => x * unit)), { t, p }, `${unit}`);
  const most = Number.MAX_VALUE;
  // as of 1, 1, -1
  close(stats.pairedT([most, most, -most])!.t, 0.5, "the largest");
});

test("Wilson's intervals where nothing is right, of billions, and of levels of almost nothing", () => {
  // mpmath: z^2 / n / (1 + z^2 / n)
  close(stats.wilson(0, 5_185_805_713).high, 7.407641223847966e-10, "none of billions");
  close(stats.wilson(1, 10 ** 15).high, 5.664934265758951e-15, "one of 10^15");
  for (const level of [1e-300, 1e-16, 1e-12])
    for (const [correct, of] of [
      [0, 5],
      [1, 5],
      [5, 5],
    ] as const) {
      const { low, high } = stats.wilson(correct, of, level);
      assert.ok(low >= 0 && low <= correct / of && correct / of <= high && high <= 1, `${low} ${high} at ${level}`);
    }
  // by mpmath's erfinv
  close(stats.wilson(0, 1, 1e-6).high, 1.5707963267932515e-12, "a level of a millionth");
  for (let of = 1; of < 1e16; of *= 3)
    for (const share of [0, 0.1, 0.5, 0.9, 1]) {
      const { low, high } = stats.meanWilson(share * of, of);
      assert.ok(low <= (share * of) / of && (share * of) / of <= high, `${share} of ${of}: ${low} ${high}`);
    }
});

test("typed arrays give what arrays give", () => {
  const whole = Int8Array.from({ length: 300 }, (_, i) => ((i * 37) % 256) - 128);
  const zeros = new Uint8ClampedArray(300);
  const one = { bootstrapMean: stats.bootstrapMean, medianInterval: stats.medianInterval, pairedT: stats.pairedT };
  const two = { signFlip: stats.signFlip, ranks: stats.ranks, median: stats.median, summarize: stats.summarize };
  for (const [name, of] of Object.entries({ ...one, ...two }))
    for (const typed of [whole, Float32Array.from(whole), Float64Array.from(whole)])
      assert.deepEqual(of(typed as never), of([...typed]), name);
  assert.deepEqual(stats.holm(zeros as never), stats.holm([...zeros]));
});

test("an exact test of few differences whose sum is too large for memory is refused", () => {
  for (const differences of [
    [500_000_000, 499_999_999],
    [2e8, 2e8 + 1, -1e8],
    [9007199254740991, 1],
  ])
    assert.match(
      userMessage(() => stats.signFlip(differences)),
      /in sum are too many for the exact test: use pairedT, or smaller whole numbers/,
    );
});
