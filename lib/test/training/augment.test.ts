import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomState } from "../../src/dataset/index.js";
import { type AugmentConfig, augmentation, trainingSet } from "../../src/training/index.js";
import { gather } from "../../src/training/training-set.js";

const rows = 2000;
const sample = [3, 1, 4, 1.5, 9];
const augmented = (config: AugmentConfig, seed = 1) => {
  const batch = new Float32Array(rows * sample.length);
  for (let row = 0; row < rows; row++) batch.set(sample, row * sample.length);
  augmentation(config, new RandomState(seed))(batch, rows);
  return Array.from({ length: rows }, (_, row) =>
    Array.from(batch.subarray(row * sample.length, (row + 1) * sample.length)),
  );
};

test("rolling rotates every sample by its own number of steps, all of them equally often", () => {
  const rotations = sample.map((_, by) => sample.map((_, i) => sample[(i - by + sample.length) % sample.length]!));
  const counts = new Array(sample.length).fill(0);
  for (const row of augmented({ roll: 2 })) {
    const by = rotations.findIndex((rotation) => rotation.every((value, i) => value === row[i]));
    assert.ok(by >= 0, `${row} is no rotation`);
    counts[by]++;
  }
  for (const count of counts) assert.ok(Math.abs(count - rows / 5) < 90, `rotations occur ${counts} times`);
  const near = augmented({ roll: 1 }).map((row) => row.indexOf(9));
  assert.deepEqual([...new Set(near)].sort(), [0, 3, 4]);
});

test("samples of several features roll and tilt by whole steps", () => {
  const steps = [1, 10, 2, 20, 3, 30, 4, 40];
  const seen = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const values = Float32Array.from(steps);
    augmentation({ roll: 1 }, new RandomState(seed))(values, 1, 2);
    seen.add(values.join(" "));
  }
  const rolled = ["1 10 2 20 3 30 4 40", "2 20 3 30 4 40 1 10", "4 40 1 10 2 20 3 30"];
  assert.deepEqual([...seen].sort(), rolled);
  const tilted = new Float32Array(8);
  augmentation({ shear: 1 }, new RandomState(1))(tilted, 1, 2);
  for (let step = 0; step < 4; step++) assert.equal(tilted[2 * step], tilted[2 * step + 1]);
  assert.ok(tilted[0] !== tilted[2]);
});

test("in a batch of a training set the features of a step stay together", () => {
  const set = trainingSet([1, 10, 2, 20, 3, 30], [0], [3, 2]);
  const features: (number | undefined)[] = [];
  gather(set, [0], (_values, _rows, count) => void features.push(count)).x.dispose();
  gather(trainingSet([1, 2, 3], [0], [3]), [0], (_values, _rows, count) => void features.push(count)).x.dispose();
  assert.deepEqual(features, [2, 1]);
});

test("scaling multiplies a whole sample, within its bounds", () => {
  const factors = augmented({ scale: 0.2 }).map((row) => {
    const factor = row[0]! / sample[0]!;
    row.forEach((value, i) => {
      assert.ok(Math.abs(value - factor * sample[i]!) < 1e-5);
    });
    return factor;
  });
  assert.ok(Math.min(...factors) >= 0.8 && Math.min(...factors) < 0.81 && Math.max(...factors) <= 1.2);
});

test("shearing adds a ramp that is 0 in the middle, with the stated spread", () => {
  const slopes = augmented({ shear: 0.5 }).map((row) => {
    const ramp = row.map((value, i) => value - sample[i]!);
    assert.ok(Math.abs(ramp[2]!) < 1e-6 && Math.abs(ramp[1]! - ramp[4]! / -2) < 1e-5);
    return ramp[4]! - ramp[0]!;
  });
  const sd = Math.sqrt(slopes.reduce((sum, s) => sum + s * s, 0) / rows);
  assert.ok(Math.abs(sd - 0.5) < 0.04, `slopes spread by ${sd}`);
});

test("noise has the stated spread, independently at every step", () => {
  const noise = augmented({ noise: 0.3 }).map((row) => row.map((value, i) => value - sample[i]!));
  const mean = (f: (row: number[]) => number) => noise.reduce((sum, row) => sum + f(row), 0) / rows;
  assert.ok(Math.abs(Math.sqrt(mean((row) => row[1]! ** 2)) - 0.3) < 0.02);
  assert.ok(Math.abs(mean((row) => row[0]! * row[1]!)) < 0.01);
});

test("the same seed gives the same samples, another one others; nothing asked for changes nothing", () => {
  const all = { roll: 2, scale: 0.1, shear: 0.2, noise: 0.1 };
  assert.deepEqual(augmented(all, 7), augmented(all, 7));
  assert.notDeepEqual(augmented(all, 7), augmented(all, 8));
  for (const row of augmented({})) assert.deepEqual(row, sample);
});

test("a wrong config is refused with its value", () => {
  assert.throws(() => augmentation({ roll: -1 }, new RandomState(1)), /augmentation\.roll is -1/);
  assert.throws(() => augmentation({ shift: 1 } as never, new RandomState(1)), /shift/);
});
