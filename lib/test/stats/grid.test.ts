/**
 * Sizes, ties, extremes and powers against what scipy, statsmodels and exact arithmetic say: fixtures/statistics.json,
 * by oracle.py.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import * as stats from "../../src/stats/index.js";
import { UserError } from "../../src/support/user-error.js";
import { userMessage } from "../support.js";

interface Case {
  given: never[];
  expected: number | number[];
}
const fixture = join(__dirname, "../../../test/stats/fixtures/statistics.json");
const cases: Record<string, Case[]> = JSON.parse(readFileSync(fixture, "utf8"));

/** To 1e-8 of the value itself; of p values also where they are tiny. */
function assertClose(got: number[], expected: number[], given: unknown): void {
  const text = () => `${got} and ${expected} of ${JSON.stringify(given).slice(0, 200)}`;
  assert.equal(got.length, expected.length, text());
  got.forEach((value, i) => {
    const right = expected[i]!;
    assert.ok(value === right || Math.abs(value - right) <= 1e-8 * Math.abs(right), text());
  });
}

/** What each function gives, as the numbers that oracle.py writes. */
const FUNCTIONS: Record<string, (...given: never[]) => number[]> = {
  summarize: (values: number[]) => {
    const { mean, sd, min, max } = stats.summarize(values);
    return [mean, sd, min, max, stats.median(values)];
  },
  pairedT: (values: number[]) => Object.values(stats.pairedT(values)!),
  wilson: (correct: number, of: number, level: number) => Object.values(stats.wilson(correct, of, level)),
  holm: (p: number[]) => stats.holm(p),
  signFlip: (differences: number[]) => [stats.signFlip(differences)],
  rankSum: (a: number[], b: number[]) => [stats.rankSum(a, b).p],
  rankSumNormal: (a: number[], b: number[]) => [stats.rankSum(a, b).p],
  friedman: (rows: number[][]) => {
    const { statistic, p } = stats.friedman(rows);
    return [statistic, p];
  },
  powerOfT: (shift: number, degrees: number, alpha: number) => [stats.powerOfT(shift, degrees, alpha)],
  seedsPaired: (sd: number, difference: number, power: number, alpha: number) => [
    stats.seedsPaired(sd, { difference, power, alpha }),
  ],
  seedsUnpaired: (sd: number, difference: number, power: number, alpha: number) => [
    stats.seedsUnpaired(sd, { difference, power, alpha }),
  ],
  medianInterval: (values: number[], level: number) => Object.values(stats.medianInterval(values, level)!),
};

describe("statistics on a grid", () => {
  assert.deepEqual(Object.keys(cases).sort(), Object.keys(FUNCTIONS).sort());
  for (const [name, rows] of Object.entries(cases)) {
    test(`${name}: ${rows.length} cases`, () => {
      assert.ok(rows.length >= 3);
      for (const { given, expected } of rows) assertClose(FUNCTIONS[name]!(...given), [expected].flat(), given);
    });
  }
});

test("power where a series was cut short: 27 standard errors at one degree of freedom", () => {
  assert.ok(Math.abs(stats.powerOfT(27, 1, 0.001) - 0.0338293) < 1e-6);
  assert.equal(stats.seedsPaired(1 / 20, { difference: 1, alpha: 0.001 }), 4);
  assert.equal(stats.powerOfT(1e300, 3), 1);
  assert.equal(stats.seedsPaired(1e-300, { difference: 1e300 }), 2);
  // more than half of a million are found too
  const many = stats.seedsUnpaired(0.2, { difference: 0.001 });
  assert.ok(many > 524_288 && many < 1_000_000, `${many}`);
});

test("power at degrees and levels beyond any table: it ends, and is the normal test's or alpha", () => {
  // Phi(2.8 - 1.959964) + Phi(-2.8 - 1.959964) by scipy
  for (const degrees of [1e9, 1e10, 1e12, 1e15, 1e300, Number.MAX_VALUE])
    assert.ok(Math.abs(stats.powerOfT(2.8, degrees) - 0.7995568714356514) < 1e-8, `${degrees}`);
  for (const alpha of [5e-324, 1e-300, 1e-50, 0.05, 0.999])
    for (const degrees of [1, 2.5, 50, 1e7, 1e12]) {
      assert.ok(Math.abs(stats.powerOfT(0, degrees, alpha) / alpha - 1) < 1e-8, `${alpha} at ${degrees}`);
      assert.ok(stats.powerOfT(3, degrees, alpha) >= alpha, `${alpha} at ${degrees}`);
    }
  for (const degrees of [0, 1e-300, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "9"])
    assert.match(
      userMessage(() => stats.powerOfT(1, degrees as number)),
      /degrees is .*, expected degrees of freedom, at least 1/,
    );
});

test("the bootstrap moves with its values: other units, another zero, mirrored; tiny and huge", () => {
  const value = fc.double({ min: -1, max: 1, noNaN: true }).map((x) => Math.fround(x));
  const samples = fc.array(value, { minLength: 2, maxLength: 12 });
  const options = { resamples: 500 };
  const property = fc.property(samples, fc.constantFrom(2 ** -900, 2 ** -30, 4, 2 ** 400, 2 ** 900), (values, unit) => {
    fc.pre(Math.max(...values.map(Math.abs)) > 1e-3);
    const { low, high } = stats.bootstrapMean(values, options)!;
    assert.ok(Math.min(...values) - 1e-9 <= low && low <= high && high <= Math.max(...values) + 1e-9, `${low} ${high}`);
    const scaled = stats.bootstrapMean(
      values.map((x) => x * unit),
      options,
    )!;
    assert.ok(Math.abs(scaled.low / unit - low) < 1e-9 && Math.abs(scaled.high / unit - high) < 1e-9);
  });
  fc.assert(property, { numRuns: 200 });
  const most = Number.MAX_VALUE;
  assert.deepEqual(stats.summarize([most, most]), { n: 2, mean: most, sd: 0, min: most, max: most });
  assert.deepEqual(stats.bootstrapMean([most, 0], options), { low: 0, high: most });
  const { low, high } = stats.bootstrapMean([1e110, 2e110, 3e110, 7e110])!;
  assert.ok(low > 1e110 && low < 2e110 && high > 4e110 && high < 7e110, `${low} ${high}`);
});

test("arrays of a million values", () => {
  const n = 1_000_000;
  const values = Array.from({ length: n }, (_, i) => ((i * 7919) % n) / n);
  assertClose(
    Object.values(stats.summarize(values)),
    [n, 0.4999995, Math.sqrt((n * (n + 1)) / 12) / n, 0, 0.999999],
    "summary",
  );
  // numpy.std of the same, exact by whole numbers of 1/1024
  const far = Array.from(values, (_, i) => 1e9 + ((i * 7919) % 1000) / 1024);
  assertClose(
    Object.values(stats.summarize(far)),
    [n, 1e9 + 499.5 / 1024, Math.sqrt(((1e6 - 1) / 12 / 1024 ** 2) * (n / (n - 1))), 1e9, 1e9 + 999 / 1024],
    "far from 0",
  );
  assert.deepEqual(stats.summarize(new Array(n).fill(0.1)), { n, mean: 0.1, sd: 0, min: 0.1, max: 0.1 });
  assertClose([stats.median(values)], [0.4999995], "median");
  // by scipy, binom.cdf(499_019, 10**6, 0.5) is 0.02494 and the next 0.02506
  assert.deepEqual(stats.medianInterval(values), { low: 0.499019, high: 0.50098 });
  assert.equal(stats.ranks(values)[0], n);
  assertClose([stats.rankSum(values, values).below], [0.5], "rank sum");
  assert.equal(stats.holm(values.slice(0, 1000)).length, 1000);
  assert.equal(stats.pairedT(values)!.p, 0);
  assertClose([stats.orderShare([values, values])], [(n - 1) / 2 / n], "order");
  const { low, high } = stats.bootstrapMean(values, { resamples: 100 })!;
  assert.ok(0.4985 < low && low < 0.4999995 && 0.4999995 < high && high < 0.5015, `${low} ${high}`);
  assert.match(
    userMessage(() => stats.bootstrapMean(values, { resamples: 10_000 })),
    /resamples is 10000 of 1000000 values, expected at most 2000/,
  );
  assert.match(
    userMessage(() => stats.signFlip(values.map((x) => Math.round(1000 * x)))),
    /too many for the exact test: use pairedT/,
  );
});

test("what isn't data is refused in one line, whatever the function; no option is ignored", () => {
  const { percentText: _, groupsOf: __, ...functions } = stats;
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      "3",
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -1,
      0,
      2,
      1e-320,
      {},
      [],
      [[]],
      () => 1,
      3n,
    ),
    fc.array(
      fc.oneof(fc.constantFrom<unknown>(Number.NaN, "1", null, undefined, Number.NEGATIVE_INFINITY), fc.double()),
      {
        maxLength: 4,
      },
    ),
    fc.array(fc.array(fc.double(), { maxLength: 3 }), { maxLength: 3 }),
    fc.record({ level: fc.double(), resamples: fc.constantFrom(0, -1, 1e9, 100) }, { requiredKeys: [] }),
    fc.record({ difference: fc.double(), alpha: fc.double() }, { requiredKeys: ["difference"] }),
  );
  const call = fc.tuple(fc.constantFrom(...Object.keys(functions)), fc.array(odd, { minLength: 1, maxLength: 3 }));
  const property = fc.property(call, ([name, given]) => {
    let got: unknown;
    try {
      got = (functions as Record<string, (...given: unknown[]) => unknown>)[name]!(...given);
    } catch (error) {
      assert.ok(error instanceof UserError, `${name}: ${error}`);
      return assert.doesNotMatch(error.message, /\n/);
    }
    if (!inspect(given).includes("Infinity")) assert.doesNotMatch(inspect(got), /NaN/, `${name} of ${inspect(given)}`);
  });
  fc.assert(property, { numRuns: 5000 });
  for (const [options, expected] of [
    [{ level: 95 }, /level is 95, expected less than 1/],
    [{ resamples: 0 }, /resamples is 0, expected at least 100/],
    // more than memory holds
    [{ resamples: 1e9 }, /resamples is 1000000000 of 3 values, expected at most 10000000/],
    [{ confidence: 0.9 }, /has the unknown key confidence/],
  ] as const)
    assert.match(
      userMessage(() => stats.bootstrapMean([1, 2, 3], options as stats.BootstrapOptions)),
      expected,
    );
  assert.match(
    userMessage(() => stats.seedsPaired(1, { difference: 1, beta: 0.1 } as never)),
    /goal has the unknown key beta/,
  );
  assert.match(
    userMessage(() =>
      stats.friedman([
        [1, Number.NaN],
        [2, 3],
      ]),
    ),
    /row 1: value 2 of 2 is NaN, expected a number/,
  );
  assert.match(
    userMessage(() => stats.friedman([[1, 2], [2]])),
    /row 2 has 1 values, expected 2 as in row 1/,
  );
});
