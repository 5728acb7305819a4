import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RandomState } from "../../src/dataset/index.js";
import { assertClose, assertUserError, fixture } from "../dataset/support.js";

interface Case {
  seed: number | number[];
  stream?: string;
  calls: { call: "random" | "standardNormal" | "choice"; args: number[]; value: number | number[] }[];
}

const NORMAL = new Set(["standardNormal", "standardNormals"]);

describe("RandomState draws numpy's numbers", () => {
  for (const { seed, stream, calls } of fixture<Case[]>("random-state")) {
    const short = Array.isArray(seed) && seed.length > 3 ? `${seed.length} words` : JSON.stringify(seed);
    test(stream === undefined ? `seed ${short}` : `stream ${seed}/${stream}`, () => {
      const rng = stream === undefined ? new RandomState(seed) : RandomState.stream(seed as number, stream);
      calls.forEach(({ call, args, value }, i) => {
        const drawn: number | ArrayLike<number> = (rng[call] as (...args: number[]) => number)(...args);
        const [actual, expected] = [drawn, value].map((v) => (typeof v === "number" ? [v] : Array.from(v)));
        // C's and JavaScript's logarithm may differ in the last bit.
        if (NORMAL.has(call)) assertClose(actual!, expected!, 1e-14, `call ${i}, ${call}`);
        else assert.deepEqual(actual, expected, `call ${i}, ${call}(${args})`);
      });
    });
  }
});

test("a typed array and a plain array are the same key", () => {
  assert.equal(new RandomState(Uint32Array.of(1, 2, 3)).random(), new RandomState([1, 2, 3]).random());
});

test("streams of a seed differ, and are the same each time", () => {
  const draw = (seed: number, name: string) => RandomState.stream(seed, name).random();
  assert.equal(draw(42, "weights"), draw(42, "weights"));
  assert.equal(
    new Set([draw(42, "weights"), draw(42, "batches"), draw(43, "weights"), new RandomState(42).random()]).size,
    4,
  );
});

test("shuffle reorders any array in place by the same draws", () => {
  const order = Array.from(new RandomState(5).permutation(50));
  const letters = order.map((_, i) => `item ${i}`);
  assert.equal(new RandomState(5).shuffle(letters), letters);
  assert.deepEqual(
    letters,
    order.map((i) => `item ${i}`),
  );
});

test("normals have mean 0 and variance 1", () => {
  const values = new RandomState(11).standardNormals(100_000);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.015 && Math.abs(variance - 1) < 0.02, `mean ${mean}, variance ${variance}`);
});

test("bounded integers are uniform where the mask rejects most", () => {
  const rng = new RandomState(12);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 50_000; i++) counts[rng.choice(5)]!++;
  const chi2 = counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
  assert.ok(chi2 < 18.5, `chi squared ${chi2} of 4 degrees of freedom (p = 0.001)`);
});

test("wrong input is told in one line", () => {
  for (const seed of [-1, 2 ** 32, 1.5, Number.NaN])
    assertUserError(() => new RandomState(seed), "seed is", "0 to 4294967295");
  assertUserError(() => new RandomState([]), "empty");
  assertUserError(() => new RandomState([1, -2]), "seed[1] is -2");
  assertUserError(() => new RandomState("42" as unknown as number), 'seed is "42"');
  assertUserError(() => new RandomState(undefined as unknown as number), "seed is undefined");
  assertUserError(() => RandomState.stream(-1, "x"), "seed is -1");
  assertUserError(() => RandomState.stream(1, ""), 'stream name is ""');
  const rng = new RandomState(0);
  assertUserError(() => rng.choice(0), "range is [0,0]");
  assertUserError(() => rng.randint(3, 2), "range is [3,2]");
  assertUserError(() => rng.randint(0, 2 ** 32 + 1), "4294967297");
  assertUserError(() => rng.randint(0.5, 3), "0.5");
  assertUserError(() => rng.permutation(-1), "n is -1");
  assertUserError(() => rng.standardNormals(1.5), "count is 1.5");
  assertUserError(() => rng.uniform(0, Number.POSITIVE_INFINITY), "finite");
});
