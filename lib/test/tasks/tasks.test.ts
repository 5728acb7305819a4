import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Mnist1dConfig, RandomState } from "../../src/dataset/index.js";
import { drawStages, templates } from "../../src/dataset/sample.js";
import { makeTask, type TaskOptions, taskBatch, taskNames, testLengths } from "../../src/tasks/index.js";
import { oracles, rowsOf } from "./oracles.js";

const make = (task: string, config: object = {}) => makeTask({ task, ...config } as TaskOptions);
const draw = (task: ReturnType<typeof make>, seed: number, length: number) =>
  task.sample(RandomState.stream(seed, "test"), length);

for (const [name, oracle] of Object.entries(oracles)) {
  test(`${name}: the answers are those that the inputs tell, at lengths from the shortest to far beyond the training`, () => {
    const task = make(name);
    const shortest = name === "associative-recall" ? 2 : 1;
    const longest = testLengths(task)[2];
    fc.assert(
      fc.property(
        fc.nat(2 ** 31),
        fc.constantFrom(shortest, shortest + 1, task.lengths[1], longest),
        (seed, length) => {
          const sample = draw(task, seed, length);
          const { x, answers } = rowsOf(task, sample);
          assert.deepEqual(answers, oracle(x));
          assert.ok(sample.steps <= task.steps(length));
        },
      ),
      { numRuns: 40, seed: 42 },
    );
  });
}

for (const name of taskNames) {
  test(`${name}: a sample is a function of the seed and the length, and other seeds give others`, () => {
    const task = make(name);
    const [length] = testLengths(task);
    assert.deepEqual(draw(task, 1, length), draw(task, 1, length));
    assert.notDeepEqual(draw(task, 1, length).x, draw(task, 2, length).x);
  });

  test(`${name}: sizes fit, bits are 0 or 1, targets are 0 where no answer is due, and a wrong length is one line`, () => {
    const task = make(name);
    for (const length of testLengths(task)) {
      const { x, targets, mask, steps } = draw(task, 3, length);
      assert.deepEqual([x.length, targets.length, mask.length], [steps * task.inputs, steps * task.outputs, steps]);
      assert.ok(targets.every((value) => value === 0 || value === 1));
      assert.ok(mask.some((due) => due === 1) && mask.every((due) => due === 0 || due === 1));
      targets.forEach((value, i) => {
        assert.ok(value === 0 || mask[Math.floor(i / task.outputs)] === 1);
      });
    }
    for (const length of [0, -1, 1.5, Number.NaN]) {
      assert.throws(
        () => draw(task, 1, length),
        /^UserError: [a-z0-9-]+: length is .+, expected a whole number from \d+ to \d+$/,
      );
    }
  });
}

test("bits are fair, and every distance, repeat and query place occurs as often as the next", () => {
  const even = (counts: Map<number, number>, kinds: number) => {
    const all = [...counts.values()].reduce((a, b) => a + b);
    assert.equal(counts.size, kinds);
    // five standard deviations of a binomial
    for (const n of counts.values())
      assert.ok(Math.abs(n - all / kinds) < 5 * Math.sqrt(all / kinds), `${n} of ${all}`);
  };
  const tally = (name: string, length: number, of: (rows: ReturnType<typeof rowsOf>) => number[]) => {
    const task = make(name);
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 400; seed++) {
      for (const key of of(rowsOf(task, draw(task, seed, length)))) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  even(
    tally("copy", 5, ({ answers }) => answers.flatMap((answer) => answer ?? [])),
    2,
  );
  even(
    tally("repeat-copy", 1, ({ answers }) => [answers.filter(Boolean).length]),
    10,
  );
  even(
    tally("jump-recall", 4, ({ x }) => [Math.round(x[6]![11]! * 20)]),
    4,
  );
  const asked = ({ x }: ReturnType<typeof rowsOf>) => {
    const text = x.map((row) => row.slice(0, 6).join(""));
    return [[1, 5, 9].findIndex((at) => [0, 1, 2].every((i) => text[at + i] === text[17 + i]))];
  };
  even(tally("associative-recall", 4, asked), 3);
});

test("associative recall: items all differ, and a list longer than there are items is refused", () => {
  const task = make("associative-recall", { bits: 1, vectors: 2, lengths: [2, 4] });
  for (let seed = 0; seed < 50; seed++) {
    const { x } = rowsOf(task, draw(task, seed, 4));
    assert.equal(new Set([1, 4, 7, 10].map((at) => `${x[at]![0]}${x[at + 1]![0]}`)).size, 4);
  }
  assert.throws(() => draw(task, 1, 5), /length is 5, expected a whole number from 2 to 4/);
  assert.throws(() => make("associative-recall", { bits: 1, vectors: 1 }), /only 2 items of 1 x 1 bits/);
});

test("jump recall: with no delay the answer is due with the query; the scale is the config's", () => {
  const task = make("jump-recall", { delay: 0, queries: 2, scale: 5 });
  const { x, answers } = rowsOf(task, draw(task, 1, 3));
  assert.equal(x.length, 7);
  const first = 3 + Math.round(5 * x[5]![11]!);
  assert.deepEqual(answers[5], x[1 + first]!.slice(0, 8));
  assert.deepEqual(answers[6], x[1 + first + Math.round(5 * x[6]![11]!)]!.slice(0, 8));
});

test("repeat copy: more repeats than trained keep the trained count's scale", () => {
  const task = make("repeat-copy", { repeats: [20, 20], trainedRepeats: [1, 10] });
  const { x, answers } = rowsOf(task, draw(task, 1, 2));
  assert.ok(Math.abs(x[3]![10]! - 14.5 / Math.sqrt(99 / 12)) < 1e-6);
  assert.equal(answers.filter(Boolean).length, 41);
  // a fixed number of repeats has no spread to divide by
  assert.equal(
    rowsOf(make("repeat-copy", { repeats: [2, 2] }), draw(make("repeat-copy", { repeats: [2, 2] }), 1, 1)).x[2]![10],
    0,
  );
});

test("n-grams: the answer is the next bit, from where the context is whole; contexts repeat their odds", () => {
  const task = make("ngrams");
  const odds = new Map<string, [number, number]>();
  const { x, answers } = rowsOf(task, draw(task, 5, 20_000));
  assert.equal(x.length, 19_999);
  answers.forEach((answer, step) => {
    if (step < 4) return assert.equal(answer, undefined);
    if (step < x.length - 1) assert.deepEqual(answer, x[step + 1]);
    const context = x.slice(step - 4, step + 1).join("");
    const half = step < 10_000 ? 0 : 1;
    const entry = odds.get(`${context} ${half}`) ?? [0, 0];
    odds.set(`${context} ${half}`, [entry[0] + answer![0]!, entry[1] + 1]);
  });
  // each context's share of ones is the same in both halves, five standard deviations apart at most
  for (const [key, [ones, all]] of odds) {
    const [other, of] = odds.get(`${key.slice(0, -1)}${key.endsWith("0") ? 1 : 0}`) ?? [0, 0];
    if (all < 100 || of < 100) continue;
    const p = (ones + other) / (all + of);
    const spread = Math.sqrt(p * (1 - p) * (1 / all + 1 / of));
    assert.ok(
      Math.abs(ones / all - other / of) <= 5 * spread + 1e-9,
      `context ${key}: ${ones / all} and ${other / of}`,
    );
  }
});

test("n-grams: the optimal predictor by hand, and on average better than any fixed guess", () => {
  const task = make("ngrams", { n: 2 });
  const sample = {
    steps: 4,
    x: new Float32Array([1, 1, 0, 1]),
    targets: new Float32Array([1, 0, 1, 1]),
    mask: new Float32Array(4).fill(1),
  };
  // after 1: 1 at odds 1/2, then 0 at (1 - 1.5/2); after 0: 1 at 1/2; after 1 again, of 1 and 0 one each: 1 at 1.5/3
  const expected = -Math.log2(0.5) - Math.log2(0.25) - Math.log2(0.5) - Math.log2(0.5);
  assert.ok(Math.abs(task.optimalBits!(sample) - expected) < 1e-12);
  const published = make("ngrams");
  const costs = Array.from({ length: 200 }, (_, seed) => published.optimalBits!(draw(published, seed, 200)));
  const mean = costs.reduce((a, b) => a + b) / costs.length;
  // 195 answers: more than who knows the table, at psi(2) - psi(3/2) = 0.386294 nats each on average, well below a fair
  // guess
  assert.ok(mean > (195 * 0.386294) / Math.LN2 && mean < 140, `${mean}`);
});

test("MNIST-1D: the published generator at another length, centred and scaled as the fixed set is", () => {
  const task = make("mnist1d");
  assert.deepEqual(testLengths(task), [80, 160, 320]);
  const random = RandomState.stream(7, "test");
  const { x, targets, mask } = task.sample(random, 160);
  const twin = RandomState.stream(7, "test");
  const digit = twin.choice(10);
  const { signal } = drawStages(templates()[digit]!, Mnist1dConfig.parse({ finalLength: 160 }), twin).at(-1)!;
  signal.forEach((value, i) => {
    assert.ok(Math.abs(x[i]! - (value + 0.006) / 0.1544) < 1e-5);
  });
  assert.equal(targets[159 * 10 + digit], 1);
  assert.deepEqual([mask[159], mask.reduce((a, b) => a + b)], [1, 1]);
  const flat = Array.from({ length: 1500 }, (_, seed) => Array.from(draw(task, seed, 40).x)).flat();
  const mean = flat.reduce((a, b) => a + b) / flat.length;
  const deviation = Math.sqrt(flat.reduce((sum, value) => sum + (value - mean) ** 2, 0) / flat.length);
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(deviation - 1) < 0.03, `${mean}, ${deviation}`);
});

test("a batch: rows of their own lengths, zeros after each row's end, the same for the same state of the random numbers", () => {
  const task = { ...make("copy"), steps: () => 15 };
  const options = { batch: 40, lengths: [2, 5] as const };
  const batch = taskBatch(task, RandomState.stream(1, "b"), options);
  assert.deepEqual(batch, taskBatch(task, RandomState.stream(1, "b"), options));
  assert.deepEqual([...new Set(batch.lengths)].sort(), [2, 3, 4, 5]);
  const random = RandomState.stream(1, "b");
  batch.lengths.forEach((length, row) => {
    assert.equal(length, random.randint(2, 6));
    const sample = task.sample(random, length);
    const part = (values: Float32Array, size: number) => values.slice(row * 15 * size, (row + 1) * 15 * size);
    const padded = (values: Float32Array, size: number) => {
      const all = new Float32Array(15 * size);
      all.set(values);
      return all;
    };
    assert.deepEqual(part(batch.x, 10), padded(sample.x, 10));
    assert.deepEqual(part(batch.targets, 8), padded(sample.targets, 8));
    assert.deepEqual(part(batch.mask, 1), padded(sample.mask, 1));
  });
  assert.equal(taskBatch(make("copy"), random, { batch: 1 }).steps, 42);
});

test("bad configs and batches are one line with the value", () => {
  assert.throws(() => make("copy", { bits: 0 }), /task config.bits is 0, expected at least 1/);
  assert.throws(
    () => make("copy", { lengths: [5, 2] }),
    /task config.lengths is \[5,2\], expected \[shortest, longest\]/,
  );
  assert.throws(() => make("copy", { width: 8 }), /task config has the unknown key width/);
  assert.throws(() => make("paste"), /task config/);
  assert.throws(() => make("priority-sort", { kept: 1.5 }), /task config.kept is 1.5, expected at most 1/);
  const random = new RandomState(1);
  assert.throws(() => taskBatch(make("copy"), random, { batch: 0 }), /batch is 0/);
});
