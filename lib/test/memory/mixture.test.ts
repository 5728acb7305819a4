import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import type { ShiftConfig } from "../../src/memory/config.js";
import { circularConvolution, discrete, gaussian, mixture, type Shift, shiftOf, wrap } from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const near = (actual: number[], expected: number[], tolerance = 1e-6) => {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `[${actual}] and [${expected}]`);
  });
};
const mod = (a: number, n: number) => ((a % n) + n) % n;
const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void, numRuns: number) =>
  fc.assert(
    fc.property(arbitrary, (value) => {
      tf.tidy(() => holds(value));
    }),
    { numRuns, seed: 42 },
  );

/** A weighting of one head, moved. */
const moved = (shift: Shift, raw: number[], weights: number[], progress = 1) => {
  const context = {
    learned: tf.fill([shift.learned?.length ?? 0], 0.3),
    progress: tf.scalar(progress),
  };
  const { kernel } = shift.kernel(tf.tensor2d([raw]), weights.length, context);
  return values(circularConvolution(tf.tensor2d([weights]), kernel, shift.offsets(weights.length)));
};

const softplus = (x: number) => Math.log1p(Math.exp(x));
const softmax = (logits: number[]) => {
  const powers = logits.map((x) => Math.exp(x - Math.max(...logits)));
  return powers.map((p) => p / powers.reduce((a, b) => a + b));
};

/**
 * What each shift does, slot by slot in float64: weight w_j goes to slot i with the probability that the config's
 * equations say.
 */
function naive(config: ShiftConfig, raw: number[], weights: number[], progress: number): number[] {
  const slots = weights.length;
  const result = new Array<number>(slots).fill(0);
  const move = (j: number, by: number, share: number) => {
    result[mod(j + by, slots)]! += share * weights[j]!;
  };
  if (config.kind === "discrete") {
    softmax(raw).forEach((share, k) => weights.forEach((_, j) => move(j, config.offsets[k]!, share)));
  } else if (config.kind === "gaussian") {
    const { sigmaFloor = 0.1, sigma: source = "step", sigmaInit, anneal } = config;
    const said = { step: softplus(raw[1]!) + sigmaFloor, head: softplus(0.3) + sigmaFloor, fixed: sigmaInit! }[source];
    const sigma = said * (anneal ? anneal.from ** Math.max(0, 1 - progress / (anneal.until ?? 1)) : 1);
    const shares = softmax(weights.map((_, d) => -(wrap(d - raw[0]!, slots) ** 2) / (2 * sigma ** 2)));
    shares.forEach((share, d) => weights.forEach((_, j) => move(j, d, share)));
  } else {
    let at = config.of.length;
    const shares = softmax(raw.slice(0, at));
    config.of.forEach((part, c) => {
      const { outputs } = shiftOf(part);
      naive(part, raw.slice(at, at + outputs), weights, progress).forEach((w, i) => {
        result[i]! += shares[c]! * w;
      });
      at += outputs;
    });
  }
  return result;
}

const gaussians = fc
  .record({ sigma: fc.constantFrom("step" as const, "head" as const, "fixed" as const), anneal: fc.boolean() })
  .map(
    ({ sigma, anneal }): ShiftConfig => ({
      kind: "gaussian",
      periodic: true,
      sigma,
      sigmaInit: 0.8,
      ...(anneal ? { anneal: { from: 4, until: 0.5 } } : {}),
    }),
  );
const discretes = fc
  .constantFrom<number[][]>([1, 0, -1], [2], [0, 5, -9])
  .map((offsets): ShiftConfig => ({ kind: "discrete", offsets }));
const parts = fc.oneof(gaussians, discretes);
const mixtures = fc.array(parts, { minLength: 2, maxLength: 3 }).map((of): ShiftConfig => ({ kind: "mixture", of }));

test("every kind of shift, and mixtures of them, equals a naive loop over slots in float64", () => {
  const given = fc.record({
    config: fc.oneof(parts, mixtures),
    slots: fc.constantFrom(1, 2, 3, 8, 21),
    // multiples of 1/64, whose sums float32 keeps whole
    raw: fc.array(
      fc.integer({ min: -200, max: 200 }).map((n) => n / 64),
      { minLength: 12, maxLength: 12 },
    ),
    progress: fc.constantFrom(0, 0.25, 1),
    seed: fc.nat(1e6),
  });
  property(
    given,
    ({ config, slots, raw, progress, seed }) => {
      const shift = shiftOf(config);
      const weights = values(tf.softmax(tf.randomNormal([slots], 0, 2, "float32", seed + 1)));
      const said = raw.slice(0, shift.outputs);
      near(moved(shift, said, weights, progress), naive(config, said, weights, progress), 3e-6);
    },
    150,
  );
});

const peak = (slots: number, at = 0) => Array.from({ length: slots }, (_, i) => (i === at ? 1 : 0));
const jumpOrStep = () => mixture([gaussian({ periodic: true, sigmaFloor: 1e-3 }), discrete()]);

test("a mixture whose gate is saturated is that component", () => {
  const weights = values(tf.softmax(tf.randomNormal([20], 0, 2, "float32", 3)));
  const [jump, step] = [
    [7.3, 0.4],
    [0.3, -0.2, 1],
  ] as const;
  const alone = gaussian({ periodic: true, sigmaFloor: 1e-3 });
  assert.deepEqual(moved(jumpOrStep(), [300, 0, ...jump, ...step], weights), moved(alone, [...jump], weights));
  // as exact, but summed in another order
  near(moved(jumpOrStep(), [0, 300, ...jump, ...step], weights), moved(discrete(), [...step], weights), 1e-7);
});

test("a half jump, half step: the weight is at both places", () => {
  const weights = moved(jumpOrStep(), [0, 0, 9, -40, 200, 0, 0], peak(20, 3));
  near(
    weights,
    peak(20, 12).map((w, i) => 0.5 * (w + peak(20, 4)[i]!)),
  );
});

test("a whole delta with a needle and the discrete shift by it are one shift, whatever the gate says; a turn of the ring is none", () => {
  const given = fc.record({
    slots: fc.integer({ min: 1, max: 24 }),
    by: fc.constantFrom(-1, 0, 1),
    turns: fc.integer({ min: -1000, max: 1000 }),
    gate: fc.double({ min: -50, max: 50, noNaN: true }),
  });
  property(
    given,
    ({ slots, by, turns, gate }) => {
      const hard = [1, 0, -1].map((offset) => (offset === by ? 200 : 0));
      const weights = values(tf.softmax(tf.randomNormal([slots], 0, 2, "float32", 5)));
      const expected = weights.map((_, i) => weights[mod(i - by, slots)]!);
      near(moved(jumpOrStep(), [gate, 0, by + turns * slots, -40, ...hard], weights), expected);
    },
    60,
  );
});

test("its gradient is the slope of its value", () => {
  const shift = mixture([gaussian({ periodic: true }), discrete(), gaussian({ periodic: true })]);
  const at = [0.3, -0.5, 0.1, 1.3, -0.4, 0.2, 0.7, -0.6, -2.2, -0.1];
  assert.equal(at.length, shift.outputs);
  tf.tidy(() => {
    const towards = tf.randomNormal([1, 11], 0, 1, "float32", 3);
    const value = (raw: Tensor) => tf.sum(tf.mul(shift.kernel(raw, 11).kernel, towards));
    const gradient = values(tf.grad(value)(tf.tensor2d([at])));
    gradient.forEach((slope, i) => {
      const to = (step: number) => value(tf.tensor2d([at.map((x, j) => (i === j ? x + step : x))])).dataSync()[0]!;
      assert.ok(Math.abs(slope - (to(0.01) - to(-0.01)) / 0.02) < 1e-3, `output ${i}`);
    });
    assert.ok(gradient.every((slope) => Math.abs(slope) > 1e-3));
  });
});

test("its parameters are named: the shares, and those of the components behind their kind, numbered where it occurs twice", () => {
  const shift = mixture([gaussian(), discrete(), mixture([gaussian({ sigma: "head" }), gaussian()])]);
  const raw = tf.zeros([2, 3, shift.outputs]);
  const { kernel, parameters } = shift.kernel(raw, 5, { learned: tf.zeros([3, 1]) });
  assert.deepEqual(kernel.shape, [2, 3, 5]);
  assert.deepEqual(
    Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [name, tensor.shape.join()])),
    {
      mix: "2,3,3",
      "gaussian.delta": "2,3,1",
      "gaussian.sigma": "2,3,1",
      "discrete.shift": "2,3,3",
      "mixture.mix": "2,3,2",
      "mixture.gaussian 1.delta": "2,3,1",
      "mixture.gaussian 1.sigma": "2,3,1",
      "mixture.gaussian 2.delta": "2,3,1",
      "mixture.gaussian 2.sigma": "2,3,1",
    },
  );
});

test("starting values of the components are the mixture's, each at its place", () => {
  const shift = mixture([
    discrete(),
    gaussian({ deltaInit: 4, sigma: "head" }),
    gaussian({ sigmaInit: 2, deltaInit: -1, anneal: { from: 2 } }),
  ]);
  const [delta, second, width] = [shift.start![6], shift.start![7], shift.start![8]];
  assert.deepEqual([shift.outputs, shift.start!.length, delta, second], [9, 9, 4, -1]);
  assert.ok(Math.abs(softplus(width!) + 0.1 - 2) < 1e-6);
  assert.deepEqual(shift.start!.slice(0, 6), new Array(6).fill(undefined));
  assert.deepEqual(shift.learned, [undefined]);
  assert.equal(shift.annealed, true);
});

test("components that cover few slots stay few: a mixture of discrete shifts makes no ring", () => {
  const shift = mixture([discrete(), discrete({ offsets: [5, 0] })]);
  assert.deepEqual(shift.offsets(20), [0, 1, 5, 19]);
  assert.deepEqual(shift.offsets(2), [0, 1]);
  const weights = moved(shift, [0, 0, 200, 0, 0, 200, 0], peak(20, 3));
  near(
    weights,
    peak(20, 4).map((w, i) => 0.5 * (w + peak(20, 8)[i]!)),
  );
});

test("gaussian: what sets sigma, and a width that shrinks while training", () => {
  const sigmaAt = (shift: Shift, raw: number[][], context = {}) =>
    values(shift.kernel(tf.tensor2d(raw) as Tensor2D, 5, context).parameters.sigma!);
  const learned = tf.tensor1d([0.7]);
  near(sigmaAt(gaussian({ sigma: "fixed", sigmaInit: 3 }), [[1], [2]]), [3, 3]);
  near(sigmaAt(gaussian({ sigma: "head" }), [[1], [2]], { learned }), [softplus(0.7) + 0.1, softplus(0.7) + 0.1]);
  const start = gaussian({ sigma: "head", sigmaInit: 10 }).learned![0]!;
  near(sigmaAt(gaussian({ sigma: "head", sigmaInit: 10 }), [[1]], { learned: tf.tensor1d([start]) }), [10], 1e-5);
  const annealed = gaussian({ sigma: "fixed", sigmaInit: 0.5, anneal: { from: 16, until: 0.5 } });
  const during = (progress: number) => sigmaAt(annealed, [[1]], { progress: tf.scalar(progress) })[0]!;
  near([0, 0.125, 0.25, 0.5, 0.75, 1].map(during), [8, 4, 2, 0.5, 0.5, 0.5], 1e-5);
  near(sigmaAt(annealed, [[1]]), [0.5]);
  assert.throws(() => sigmaAt(gaussian({ sigma: "head" }), [[1]]), /sigma is learned \("head"\), but no value/);
});
