import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { capture } from "../../src/capture.js";
import {
  address,
  circularConvolution,
  gaussian,
  type HeadParameters,
  headOutputs,
  headParameters,
  type Sharpen,
  sharpenByPower,
  sharpenBySoftmax,
  shiftOf,
  wrap,
  wrapAll,
  write,
  writeAll,
} from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { finite, publishedShift, type StepValues, soundShift, stepArbitrary, stepOf, totals } from "./arbitrary.js";

/** Runs a property in a tidy, with a seed of its own so that a failure comes again. */
function property<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void, numRuns: number): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      tf.tidy(() => holds(value));
    }),
    { numRuns, seed: 42 },
  );
}

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const close = (a: Tensor, b: Tensor, tolerance: number) => {
  const most = Math.max(...values(tf.abs(tf.sub(a, b))));
  assert.ok(most <= tolerance, `they differ by ${most}`);
};

test("every stage of an addressing step is a weighting: finite, >= 0, its sum 1, whatever the parameters", () => {
  property(
    stepArbitrary(),
    (given) => {
      const { memory, previous, head, shift, context } = stepOf(given);
      const { content, gated, shifted, weights } = address(memory, previous, head, shift, sharpenBySoftmax, context);
      for (const [stage, weighting] of Object.entries({ content, gated, shifted, weights })) {
        assert.deepEqual(weighting.shape, previous.shape);
        assert.ok(
          values(weighting).every((w) => w >= 0 && w <= 1 + 1e-6),
          stage,
        );
        for (const total of totals(weighting)) assert.ok(Math.abs(total - 1) < 1e-6, `${stage} sums to ${total}`);
      }
    },
    150,
  );
});

/** The gradients of a random projection of what a step addresses, for all that goes into it, by name. */
function gradientsOf(given: StepValues, sharpen: Sharpen): Record<string, Tensor> {
  const { memory, previous, head, shift, context } = stepOf(given);
  const learned = shift.learned?.length ? [context.learned!] : [];
  const names = ["key", "strength", "gate", "shift", "sharpening"] as const;
  const towards = tf.randomNormal(previous.shape, 0, 1, "float32", given.seed + 1);
  const loss = (...[m, p, ...parts]: Tensor[]) => {
    const again = learned.length > 0 ? { ...context, learned: parts[names.length] } : context;
    const parameters = Object.fromEntries(
      names.map((name, i) => [name, parts[i]]),
    ) as never as HeadParameters<Tensor3D>;
    const { weights } = address(m as Tensor3D, p as Tensor3D, parameters, shift, sharpen, again);
    return tf.sum(tf.mul(weights, towards));
  };
  const gradients = tf.grads(loss)([memory, previous, ...names.map((name) => head[name]), ...learned]);
  return Object.fromEntries(
    gradients.map((gradient, i) => [["memory", "previous", ...names, "learned"][i]!, gradient]),
  );
}

test("every gradient of an addressing step is finite, whatever the parameters", () => {
  property(
    stepArbitrary(),
    (given) => {
      for (const [name, gradient] of Object.entries(gradientsOf(given, sharpenBySoftmax)))
        assert.ok(finite(gradient), `gradient of ${name}`);
    },
    100,
  );
});

test("the published form may lose weight, but gives nothing that isn't finite, in value or gradient", () => {
  property(
    stepArbitrary(publishedShift),
    (given) => {
      const { memory, previous, head, shift, context } = stepOf(given);
      for (const weighting of Object.values(address(memory, previous, head, shift, sharpenByPower, context)).slice(
        0,
        4,
      ))
        assert.ok(values(weighting as Tensor).every((w) => w >= 0 && w <= 1 + 1e-6));
      for (const [name, gradient] of Object.entries(gradientsOf(given, sharpenByPower)))
        assert.ok(finite(gradient), `gradient of ${name}`);
    },
    100,
  );
});

test("heads whose network says anything, up to +-1e6, make weightings", () => {
  const given = fc.record({
    shift: soundShift,
    slots: fc.constantFrom(1, 2, 7, 20),
    scale: fc.constantFrom(1, 50, 1e6),
    seed: fc.nat(1e6),
  });
  property(
    given,
    ({ shift: config, slots, scale, seed }) => {
      const [width, shift] = [3, shiftOf(config)];
      const raw = tf.mul(
        tf.randomNormal([2, 2, headOutputs(width, shift)], 0, 1, "float32", seed + 1),
        scale,
      ) as Tensor3D;
      const memory = tf.randomNormal([2, slots, width], 0, 1, "float32", seed + 2) as Tensor3D;
      const previous = tf.softmax(tf.randomNormal([2, 2, slots], 0, 3, "float32", seed + 3)) as Tensor3D;
      const learned = tf.zeros([2, shift.learned?.length ?? 0]);
      const { weights } = address(memory, previous, headParameters(raw, width, shift), shift, sharpenBySoftmax, {
        learned,
        progress: tf.scalar(0.5),
      });
      assert.ok(values(weights).every((w) => w >= 0));
      for (const total of totals(weights)) assert.ok(Math.abs(total - 1) < 1e-6, `sums to ${total}`);
    },
    100,
  );
});

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: a compiled addressing step makes weightings and finite gradients too, of extreme parameters`, async () => {
    for (const given of fc.sample(stepArbitrary(), { numRuns: 6, seed: 7 })) {
      const { memory, previous, head, shift, context } = stepOf(given);
      const names = ["key", "strength", "gate", "shift", "sharpening"] as const;
      const inputs = [memory, previous, ...names.map((name) => head[name])] as Tensor[];
      const weightsOf = (...[m, p, ...parts]: Tensor[]) => {
        const parameters = Object.fromEntries(
          names.map((name, i) => [name, parts[i]]),
        ) as never as HeadParameters<Tensor3D>;
        return address(m as Tensor3D, p as Tensor3D, parameters, shift, sharpenBySoftmax, context).weights as Tensor;
      };
      const towards = tf.randomNormal(previous.shape, 0, 1, "float32", given.seed + 1);
      const step = (...all: Tensor[]) => [
        weightsOf(...all),
        ...tf.grads((...again) => tf.sum(tf.mul(weightsOf(...again), towards)) as never)(all),
      ];
      const captured = await capture(step, inputs, { compile });
      const [weights, ...gradients] = captured(...inputs);
      assert.ok(values(weights!).every((w) => w >= 0));
      for (const total of totals(weights!)) assert.ok(Math.abs(total - 1) < 1e-6, `sums to ${total}`);
      gradients.forEach((gradient, i) => {
        assert.ok(finite(gradient), `gradient of input ${i}`);
      });
      captured.dispose();
    }
  });
}

const ring = fc.record({
  slots: fc.integer({ min: 1, max: 24 }),
  delta: fc.double({ min: -3, max: 3, noNaN: true }),
  width: fc.double({ min: -2, max: 2, noNaN: true }),
});
const kernelOf = (delta: number, width: number, slots: number, sigmaFloor = 0.1) =>
  gaussian({ sigmaFloor, periodic: true }).kernel(tf.tensor2d([[delta, width]]), slots).kernel;

test("periodic gaussian: a shift by the whole ring is no shift, in value and in gradient", () => {
  property(
    fc.record({ ring, turns: fc.integer({ min: -1000, max: 1000 }) }),
    ({ ring: { slots, delta, width }, turns }) => {
      // the same float32 delta before and after: a multiple of 1/64 keeps all its digits at a thousand rings
      const exact = Math.round(delta * 64) / 64;
      close(kernelOf(exact + turns * slots, width, slots), kernelOf(exact, width, slots), 1e-5);
      const towards = tf.randomNormal([1, slots], 0, 1, "float32", 3);
      const slope = tf.grad((raw: Tensor) =>
        tf.sum(tf.mul(gaussian({ periodic: true }).kernel(raw, slots).kernel, towards)),
      );
      close(slope(tf.tensor2d([[exact + turns * slots, width]])), slope(tf.tensor2d([[exact, width]])), 1e-3);
    },
    60,
  );
});

test("periodic gaussian: the softmax of the squared circular distance in float64, a thousand rings away too", () => {
  property(
    fc.record({ ring, turns: fc.constantFrom(0, 1, -1000, 1000) }),
    ({ ring: { slots, delta, width }, turns }) => {
      const sigma = Math.log1p(Math.exp(width)) + 0.1;
      const far = Math.fround(delta + turns * slots);
      const offsets = gaussian().offsets(slots);
      const bells = offsets.map((d) => Math.exp(-(wrap(d - far, slots) ** 2) / (2 * sigma ** 2)));
      const sum = bells.reduce((a, b) => a + b, 0);
      values(kernelOf(far, width, slots)).forEach((weight, i) => {
        assert.ok(Math.abs(weight - bells[i]! / sum) < 1e-5);
      });
    },
    60,
  );
});

test("periodic gaussian: its gradient is the slope of its value", () => {
  property(
    fc.record({ ring, seed: fc.nat(1000) }),
    ({ ring: { slots, delta, width }, seed }) => {
      const towards = tf.randomNormal([1, slots], 0, 1, "float32", seed + 1);
      const value = (raw: Tensor) => tf.sum(tf.mul(gaussian({ periodic: true }).kernel(raw, slots).kernel, towards));
      // half a slot from where both ends of the ring meet: the circular distance has a kink there
      const away =
        slots === 1 ? 0.25 : Math.floor(delta) + (slots % 2 === 0 ? 0.25 + (delta - Math.floor(delta)) / 2 : 0);
      const at = [away, width];
      const gradient = values(tf.grad(value)(tf.tensor2d([at])));
      for (const i of [0, 1]) {
        const moved = (step: number) => value(tf.tensor2d([at.map((x, j) => (i === j ? x + step : x))])).dataSync()[0]!;
        const slope = (moved(0.01) - moved(-0.01)) / 0.02;
        assert.ok(
          Math.abs(gradient[i]! - slope) < 2e-2 * Math.max(1, Math.abs(slope)),
          `${i}: ${gradient[i]}, slope ${slope}`,
        );
      }
    },
    40,
  );
});

test("periodic gaussian: a needle at a whole delta is the discrete shift by it, any number of rings away", () => {
  property(
    fc.record({ slots: fc.integer({ min: 1, max: 24 }), shift: fc.integer({ min: -24000, max: 24000 }) }),
    ({ slots, shift }) => {
      const weights = tf.softmax(tf.randomNormal([1, slots], 0, 2, "float32", 5)) as Tensor2D;
      const moved = circularConvolution(weights, kernelOf(shift, -40, slots), gaussian().offsets(slots));
      const there = Array.from({ length: slots }, (_, i) => (((i - shift) % slots) + slots) % slots);
      close(moved, tf.gather(weights, there, 1), 1e-6);
    },
    60,
  );
});

test("wrapAll is wrap, value by value, and lets the gradient through", () => {
  const distances = [-30, -10.5, -10, -0.25, 0, 9.75, 10, 10.25, 19, 20, 21.5, 20007];
  const wrapped = wrapAll(tf.tensor1d(distances), 20);
  assert.deepEqual(
    values(wrapped),
    distances.map((d) => wrap(d, 20)),
  );
  const weighted = (x: Tensor) => tf.sum(tf.mul(wrapAll(x, 20), 3));
  const gradient = values(tf.grad(weighted)(tf.tensor1d(distances)));
  assert.deepEqual(
    gradient,
    distances.map(() => 3),
  );
  // off the seam it is the slope of the value
  const off = [-29, -9.5, -0.25, 0, 9.5, 10.25, 19, 20];
  const at = (step: number) => values(wrapAll(tf.tensor1d(off.map((d) => d + step)), 20));
  const [up, down] = [at(0.125), at(-0.125)];
  off.forEach((_, i) => {
    assert.equal((3 * (up[i]! - down[i]!)) / 0.25, 3);
  });
});

const weighting = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 40 })
  .filter((list) => list.some((w) => w > 1e-3))
  .map((list) => list.map((w) => w / list.reduce((a, b) => a + b)));

test("softmax sharpening: w^gamma / sum w^gamma in float64, exact zeros and gamma 60 included", () => {
  property(
    fc.record({ weighting, gamma: fc.constantFrom(1, 1.5, 4, 60) }),
    ({ weighting: list, gamma }) => {
      const powers = list.map((w) => Math.fround(w) ** gamma);
      const sum = powers.reduce((a, b) => a + b, 0);
      const sharp = values(sharpenBySoftmax(tf.tensor2d([list]), tf.tensor2d([[gamma]])));
      sharp.forEach((w, i) => {
        assert.ok(Math.abs(w - powers[i]! / sum) < 2e-5, `${w} and ${powers[i]! / sum}`);
      });
    },
    80,
  );
});

test("the published sharpening loses the weight of 64 even slots; the softmax form keeps it", () => {
  const [even, gamma] = [tf.fill([1, 64], 1 / 64) as Tensor2D, tf.tensor2d([[20]])];
  assert.ok(Math.abs(totals(sharpenByPower(even, gamma))[0]! / 64 ** -19 / 1e8 - 1) < 1e-3);
  assert.ok(Math.abs(totals(sharpenBySoftmax(even, gamma))[0]! - 1) < 1e-6);
});

test("the published gaussian goes dead beyond the ring and keeps no gradient; the periodic one is alive there", () => {
  const raw = tf.tensor2d([[60.3, 0]]);
  const slope = (periodic: boolean) =>
    values(tf.grad((x: Tensor) => tf.sum(tf.square(gaussian({ periodic }).kernel(x, 20).kernel)))(raw));
  assert.deepEqual(totals(gaussian().kernel(raw, 20).kernel), [0]);
  assert.ok(slope(false).every((g) => g === 0));
  assert.ok(Math.abs(totals(gaussian({ periodic: true }).kernel(raw, 20).kernel)[0]! - 1) < 1e-6);
  assert.ok(slope(true).every((g) => Math.abs(g) > 1e-3));
});

test("the published gaussian jumps where wrap jumps: near N/2 a little more shift sends the weight elsewhere or nowhere", () => {
  const total = (delta: number, periodic: boolean) =>
    totals(gaussian({ periodic }).kernel(tf.tensor2d([[delta, -40]]), 20).kernel)[0]!;
  assert.ok(total(9, false) > 0.999);
  assert.ok(total(10, false) < 0.001, "relative slot 10 is called -10: the head is lost");
  assert.ok(total(10, true) > 0.999);
});

test("several write heads: all erase, then all add, by a naive loop; one of them is `write`", () => {
  property(
    fc.record({ heads: fc.integer({ min: 1, max: 3 }), seed: fc.nat(1000) }),
    ({ heads, seed }) => {
      const [batch, slots, width] = [2, 4, 3];
      const random = (shape: [number, number, number], at: number) =>
        tf.randomUniform(shape, 0, 1, "float32", seed * 10 + at) as Tensor3D;
      const memory = random([batch, slots, width], 1);
      const [w, e, a] = [
        random([batch, heads, slots], 2),
        random([batch, heads, width], 3),
        random([batch, heads, width], 4),
      ];
      const [m, ws, es, as] = [memory, w, e, a].map((tensor) => tensor.arraySync()) as number[][][][];
      const expected = m!.map((rows, b) =>
        rows.map((row, i) =>
          row.map((value, j) => {
            let [left, added] = [value, 0];
            for (let h = 0; h < heads; h++) {
              left *= 1 - ws![b]![h]![i]! * es![b]![h]![j]!;
              added += ws![b]![h]![i]! * as![b]![h]![j]!;
            }
            return left + added;
          }),
        ),
      );
      close(writeAll(memory, w, e, a), tf.tensor3d(expected), 1e-5);
      if (heads > 1) return;
      const alone = (tensor: Tensor3D) => tf.squeeze(tensor, [1]) as Tensor2D;
      close(write(memory, alone(w), alone(e), alone(a)), tf.tensor3d(expected), 1e-5);
    },
    20,
  );
});

test("erasing keeps memory bounded: alone it makes no value larger; with all erased, values lie between the old and the new", () => {
  property(
    fc.record({
      heads: fc.integer({ min: 1, max: 3 }),
      slots: fc.integer({ min: 1, max: 5 }),
      scale: fc.constantFrom(0, 1e-12, 1, 1e6),
      erase: fc.constantFrom(0, 0.3, 1),
      seed: fc.nat(1e6),
    }),
    ({ heads, slots, scale, erase, seed }) => {
      const [batch, width] = [2, 3];
      const normal = (shape: [number, number, number], at: number) =>
        tf.mul(tf.randomNormal(shape, 0, 1, "float32", seed + at), scale) as Tensor3D;
      const memory = normal([batch, slots, width], 1);
      const weights = tf.softmax(tf.randomNormal([batch, heads, slots], 0, 3, "float32", seed + 2)) as Tensor3D;
      const erased = writeAll(memory, weights, tf.fill([batch, heads, width], erase), tf.zeros([batch, heads, width]));
      const before = values(memory);
      values(erased).forEach((value, i) => {
        assert.ok(Math.abs(value) <= Math.abs(before[i]!) * (1 + 1e-6), `${before[i]} became ${value}`);
      });
      // fifty writes by one head that erases all it writes over: no value leaves what was there and what was added
      const [w, add] = [
        tf.slice(weights, [0, 0, 0], [batch, 1, slots]),
        tf.tanh(normal([batch, 1, width], 3)) as Tensor3D,
      ];
      let state = memory;
      for (let step = 0; step < 50; step++)
        state = writeAll(
          state,
          w as Tensor3D,
          tf.ones([batch, 1, width]),
          step % 2 === 0 ? add : (tf.neg(add) as Tensor3D),
        );
      const most = Math.max(1, ...before.map(Math.abs));
      assert.ok(values(state).every((value) => Math.abs(value) <= most * (1 + 1e-5)));
    },
    20,
  );
});
