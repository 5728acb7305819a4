import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import {
  type Mnist1d,
  type Mnist1dOptions,
  makeMnist1d,
  RandomState,
  STAGES,
  sampleRow,
  template,
  templates,
  traceSample,
} from "../../src/dataset/index.js";
import { assertClose, assertUserError, fixture } from "./support.js";

interface Fixture {
  config: Mnist1dOptions;
  rows: { train: number; test: number };
  labels: number[];
  labelsSha256: string;
  samples: { row: number; x: number[] }[];
}

function labels(data: Mnist1d): Int32Array {
  return Int32Array.of(...data.train.y, ...data.test.y);
}

describe("makeMnist1d agrees with the PyPI package's committed values", () => {
  for (const name of ["canonical", "published", "short", "long"]) {
    test(name, () => {
      const expected = fixture<Fixture>(`mnist1d-${name}`);
      const data = makeMnist1d(expected.config);
      assert.deepEqual({ train: data.train.rows, test: data.test.rows }, expected.rows);
      const y = labels(data);
      assert.deepEqual([...y.slice(0, 20)], expected.labels);
      assert.equal(createHash("sha256").update(y).digest("hex"), expected.labelsSha256);
      for (const sample of expected.samples) {
        const inTest = sample.row - data.train.rows;
        const x = inTest < 0 ? sampleRow(data.train, sample.row) : sampleRow(data.test, inTest);
        assertClose(x, sample.x, 1e-12, `row ${sample.row}`);
      }
    });
  }
});

test("the published set starts as the published file does", () => {
  const { train, test: held, length, config } = makeMnist1d({ samples: 4000 });
  assert.deepEqual([train.rows, held.rows, length, config.seed], [3200, 800, 40, 42]);
  assert.deepEqual([...train.y.slice(0, 10)], [6, 0, 6, 9, 6, 7, 2, 1, 8, 5]);
  assertClose(train.x.slice(0, 3), [-1.53189168, -1.48345394, -1.33125183], 5e-9);
});

test("the whole set has mean 0, standard deviation 1 and the classes equally often", () => {
  const data = makeMnist1d({ samples: 1000, seed: 3 });
  const x = [...data.train.x, ...data.test.x];
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const variance = x.reduce((sum, v) => sum + v * v, 0) / x.length;
  assert.ok(Math.abs(mean) < 1e-13 && Math.abs(variance - 1) < 1e-13);
  const counts = new Map<number, number>();
  for (const y of labels(data)) counts.set(y, (counts.get(y) ?? 0) + 1);
  assert.deepEqual([...counts.values()], Array(10).fill(100));
});

test("rows are traced samples, shuffled and standardised", () => {
  const config = { samples: 10, seed: 9, trainFraction: 0.5 };
  const rng = new RandomState(9);
  const traced = Array.from({ length: 10 }, (_, digit) => traceSample(digit, config, rng).at(-1)!.signal);
  const order = [...rng.permutation(10)];
  const all = traced.flatMap((signal) => [...signal]);
  const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
  const std = Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length);
  const data = makeMnist1d(config);
  assert.deepEqual([...labels(data)], order);
  const expected = order.flatMap((digit) => Array.from(traced[digit]!, (v) => (v - mean) / std));
  assertClose([...data.train.x, ...data.test.x], expected, 1e-13);
});

test("a trace names every stage and shows what it does", () => {
  const stages = traceSample(3, {}, new RandomState(1));
  assert.deepEqual(
    stages.map((stage) => stage.name),
    [...STAGES],
  );
  const [clean, padded, stretched, scaled, translated, correlated, , sheared, final] = stages.map(
    (stage) => stage.signal,
  );
  assert.deepEqual([clean!.length, stretched!.length, sheared!.length, final!.length], [12, 72, 72, 40]);
  assert.ok(padded!.length >= 48 && padded!.length <= 72);
  assert.deepEqual(
    padded!.slice(12).filter((v) => v !== 0),
    new Float64Array(0),
  );
  const factor = scaled![5]! / stretched![5]!;
  assert.ok(factor >= 0.8 && factor <= 1.2);
  assert.deepEqual([...translated!].sort(), [...scaled!].sort());
  translated!.forEach((v, i) => {
    if (v !== 0) assert.equal(correlated![i], v);
    else assert.notEqual(correlated![i], 0);
  });
});

test("templates start and end at 0 and can't be changed for others", () => {
  for (const signal of templates()) {
    assert.equal(signal[0], 0);
    assert.ok(Math.abs(signal[11]!) < 1e-15);
  }
  template(4).fill(7);
  assert.equal(template(4)[0], 0);
});

test("settings left out are canonical, the seed decides", () => {
  assert.deepEqual(makeMnist1d({ samples: 20 }), makeMnist1d({ samples: 20, seed: 42, iidNoise: 0.02 }));
  assert.notDeepEqual(makeMnist1d({ samples: 20 }).train.x, makeMnist1d({ samples: 20, seed: 43 }).train.x);
});

test("wrong settings are told in one line", () => {
  assertUserError(() => makeMnist1d({ samples: 4005 }), "samples is 4005", "multiple of 10");
  assertUserError(() => makeMnist1d({ padding: [60, 36] }), "padding is [60,36]", "low at most high");
  assertUserError(() => makeMnist1d({ samples: 10, trainFraction: 0.05 }), "trainFraction is 0.05", "at least one");
  assertUserError(
    () => makeMnist1d({ samples: 1_000_000, finalLength: 1000 }),
    "samples is 1000000",
    "at most 536870912",
  );
  assertUserError(() => makeMnist1d({ seed: -1 }), "seed is -1");
  assertUserError(() => makeMnist1d({ noise: 1 } as Mnist1dOptions), "noise");
  assertUserError(() => template(10), "digit is 10");
  assertUserError(() => traceSample(1.5, {}, new RandomState(1)), "digit is 1.5");
});
