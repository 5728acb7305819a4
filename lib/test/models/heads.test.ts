import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import type { ShiftsConfig } from "../../src/memory/config.js";
import {
  discrete,
  headOutputs,
  type MemoryState,
  type NtmStepTrace,
  ntmStep,
  sharpenBySoftmax,
} from "../../src/memory/index.js";
import { memoryCell, NtmLayer } from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const near = (actual: number[], expected: number[], tolerance = 1e-5) => {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(
      Object.is(value, expected[i]) || Math.abs(value - expected[i]!) <= tolerance,
      `[${actual}] and [${expected}]`,
    );
  });
};

/** Raw outputs of a head that keeps its previous weighting, moved by `move` slots, unsharpened. */
const still = (width: number, move: number) => [
  ...new Array<number>(width + 1).fill(0),
  -200,
  ...[1, 0, -1].map((offset) => (offset === move ? 200 : 0)),
  -200,
];

test("each head goes on from its own previous weighting, reads with it, writes with it", () => {
  const counts = fc.record({ readHeads: fc.integer({ min: 1, max: 3 }), writeHeads: fc.integer({ min: 1, max: 3 }) });
  const heads = fc.array(fc.record({ slot: fc.nat(4), move: fc.constantFrom(-1, 0, 1) }), {
    minLength: 6,
    maxLength: 6,
  });
  fc.assert(
    fc.property(counts, heads, ({ readHeads, writeHeads }, all) => {
      tf.tidy(() => {
        const [slots, width] = [5, 2];
        const used = all.slice(0, readHeads + writeHeads);
        const there = used.map(({ slot, move }) => (slot + move + slots) % slots);
        // write head h adds tanh(h + 1) to the first number of its slot, tanh(-h - 1) to the second, and erases nothing
        const erase = new Array<number>(writeHeads * width).fill(-200);
        const adds = Array.from({ length: writeHeads }, (_, h) => [h + 1, -h - 1]);
        const bias = [...used.flatMap(({ move }) => still(width, move)), ...erase, ...adds.flat()];
        const parameters = {
          controller: (_: Tensor2D, { hidden }: { hidden: Tensor2D }) => ({ hidden }),
          kernel: tf.zeros([1, bias.length]) as Tensor2D,
          bias: tf.tensor1d(bias),
        };
        const memory = tf.reshape(tf.range(0, slots * width), [1, slots, width]) as Tensor3D;
        const rows = used.map(({ slot }) => Array.from({ length: slots }, (_, i) => (i === slot ? 1 : 0)));
        const moving = { shift: discrete(), sharpen: sharpenBySoftmax, readHeads, writeHeads };
        const { state } = memoryCell<MemoryState, NtmStepTrace>(
          parameters,
          (raw, before: MemoryState) => ntmStep(moving, raw, before),
          tf.zeros([1, 1]),
          {
            hidden: tf.zeros([1, 1]),
            readVector: tf.zeros([1, readHeads * width]),
            memory,
            weights: tf.tensor3d([rows]),
          },
        );
        near(
          values(state.weights),
          there.flatMap((slot) => Array.from({ length: slots }, (_, i) => (i === slot ? 1 : 0))),
        );
        near(
          values(state.readVector),
          there.slice(0, readHeads).flatMap((slot) => [slot * width, slot * width + 1]),
        );
        const expected = Array.from({ length: slots * width }, (_, i) => i);
        there.slice(readHeads).forEach((slot, h) => {
          adds[h]!.forEach((raw, j) => {
            expected[slot * width + j]! += Math.tanh(raw);
          });
        });
        near(values(state.memory), expected);
      });
    }),
    { numRuns: 25, seed: 42 },
  );
});

test("two read heads with the same weights and starts are one head twice", () => {
  tf.tidy(() => {
    const sizes = { hidden: 4, slots: 5, width: 2, seed: 1, shift: { kind: "discrete" as const, offsets: [1, 0, -1] } };
    const initial = { memory: { kind: "random" as const, scale: 1, seed: 2 }, readWeights: "peaked" as const };
    const make = (readHeads: number) => {
      const layer = new NtmLayer({ ...sizes, initial: { ...initial, writeWeights: "peaked" }, readHeads });
      layer.apply(tf.zeros([2, 3, 1]));
      return layer;
    };
    const [one, two] = [make(1), make(2)];
    const [kernel, recurrent, bias, recurrentBias, readKernel, readBias, ...rest] = one.getWeights();
    // the second head reads too, but the controller looks at the first one alone
    const wider = tf.concat([kernel!, tf.zeros([2, 12])], 0);
    const twice = (tensor: Tensor) => tf.concat([tensor, tensor], -1);
    two.setWeights([wider, recurrent!, bias!, recurrentBias!, twice(readKernel!), twice(readBias!), ...rest]);
    const x = tf.randomNormal([2, 3, 1], 0, 1, "float32", 3) as Tensor3D;
    const [a, b] = [one.trace(x).at(-1)!, two.trace(x).at(-1)!];
    near(values(b.state.hidden), values(a.state.hidden));
    near(values(b.state.memory), values(a.state.memory));
    near(values(b.state.readVector), values(twice(a.state.readVector)));
  });
});

test("a trace holds what every head saw and did, step by step", () => {
  tf.tidy(() => {
    const layer = new NtmLayer({
      hidden: 4,
      slots: 5,
      width: 2,
      seed: 1,
      shift: { kind: "gaussian", sigmaFloor: 0.1, periodic: true },
      initial: { memory: "learned", readWeights: "learned", writeWeights: "peaked" },
      sharpening: "softmax",
      readHeads: 2,
    });
    const x = tf.randomNormal([3, 4, 1], 0, 1, "float32", 3) as Tensor3D;
    const last = layer.apply(x) as Tensor;
    const steps = layer.trace(x);
    assert.equal(steps.length, 4);
    near(values(steps.at(-1)!.state.hidden), values(last));
    steps.forEach(({ input, heads, erase, add, state }, t) => {
      assert.deepEqual(values(input), values(tf.slice(x, [0, t, 0], [3, 1, 1])));
      const { parameters, ...stages } = heads;
      const tensors: Record<string, Tensor> = { ...stages, ...parameters, erase, add, ...state };
      const shapes = Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, tensor.shape.join()]));
      assert.deepEqual(shapes, {
        key: "3,3,2",
        strength: "3,3,1",
        gate: "3,3,1",
        shift: "3,3,2",
        sharpening: "3,3,1",
        content: "3,3,5",
        gated: "3,3,5",
        shifted: "3,3,5",
        weights: "3,3,5",
        delta: "3,3,1",
        sigma: "3,3,1",
        erase: "3,2",
        add: "3,2",
        hidden: "3,4",
        readVector: "3,4",
        memory: "3,5,2",
      });
    });
    const start = layer.initialState(3);
    assert.deepEqual(start.weights.shape, [3, 3, 5]);
    near(values(tf.slice(start.weights, [0, 0, 0], [1, 3, 5])), [
      ...[0.5, 0.125, 0.125, 0.125, 0.125],
      ...[0.5, 0.125, 0.125, 0.125, 0.125],
      ...[1, 0, 0, 0, 0],
    ]);
  });
});

test("sigmaInit and deltaInit are what every head's bias starts with, all else stays as drawn", () => {
  const make = (start: object) => {
    const shift = { kind: "gaussian" as const, sigmaFloor: 0.1, ...start };
    const initial = { memory: "zero" as const, readWeights: "uniform" as const, writeWeights: "uniform" as const };
    const layer = new NtmLayer({ hidden: 3, slots: 5, width: 2, seed: 1, shift, initial, readHeads: 2 });
    layer.apply(tf.zeros([1, 1, 1]));
    return layer;
  };
  const started = make({ sigmaInit: 0.6, deltaInit: -2 });
  const [plain, set] = [make({}), started].map((layer) => layer.getWeights().map(values));
  const outputs = headOutputs(2, started.heads.shift[0]!);
  let changed = 0;
  set!.forEach((list, w) => {
    list.forEach((value, i) => {
      if (value === plain![w]![i]) return;
      changed++;
      // of a head's outputs: key 2, strength, gate, then delta and sigma
      if (i % outputs === 4) assert.equal(value, -2);
      else {
        assert.equal(i % outputs, 5);
        assert.ok(Math.abs(Math.log1p(Math.exp(value)) + 0.1 - 0.6) < 1e-6);
      }
    });
  });
  assert.equal(changed, 6, "delta and sigma of two read heads and a write head");
});

const jump = { kind: "gaussian" as const, periodic: true };
const step = { kind: "discrete" as const, offsets: [1, 0, -1] };
const layerOf = (shift: ShiftsConfig, more: { readHeads?: number; writeHeads?: number } = {}) => {
  const initial = { memory: "learned" as const, readWeights: "learned" as const, writeWeights: "learned" as const };
  const layer = new NtmLayer({
    hidden: 4,
    slots: 5,
    width: 2,
    seed: 1,
    shift,
    initial,
    sharpening: "softmax",
    ...more,
  });
  layer.apply(tf.zeros([1, 1, 1]));
  return layer;
};

test("read and write heads with the same shift, said apart, are as with one shift for all", () => {
  const x = tf.randomNormal([2, 3, 1], 0, 1, "float32", 3) as Tensor3D;
  const [together, apart] = [layerOf(jump), layerOf({ read: jump, write: [jump] })].map((layer) => {
    const { state, heads } = layer.trace(x).at(-1)!;
    return [...layer.getWeights(), ...Object.values(state), ...Object.values(heads.parameters)].map(values);
  });
  assert.deepEqual(apart, together);
});

test("heads of different kinds: each takes its own outputs, and a trace has NaN for what a head hasn't", () => {
  tf.tidy(() => {
    const layer = layerOf({ read: [jump, step], write: step }, { readHeads: 2 });
    // key, strength, gate, sharpening are 5 outputs; the write head also erases and adds
    const size = (name: string) => layer.weights.find(({ originalName }) => originalName.endsWith(name))!.shape;
    assert.deepEqual(
      [size("readKernel"), size("writeKernel")],
      [
        [4, 5 + 2 + 5 + 3],
        [4, 5 + 3 + 4],
      ],
    );
    const { heads, state } = layer.trace(tf.randomNormal([2, 3, 1], 0, 1, "float32", 3) as Tensor3D).at(-1)!;
    const finite = (tensor: Tensor) =>
      (tensor.arraySync() as number[][][]).map((rows) => rows.map((row) => row.filter(Number.isFinite).length));
    assert.deepEqual(Object.keys(heads.parameters), ["delta", "sigma", "shift"]);
    const { delta, sigma, shift } = heads.parameters;
    assert.deepEqual(
      [delta!.shape, sigma!.shape, shift!.shape],
      [
        [2, 3, 1],
        [2, 3, 1],
        [2, 3, 3],
      ],
    );
    assert.deepEqual(
      [finite(delta!)[1], finite(shift!)[1], finite(heads.shift)[1]],
      [
        [1, 0, 0],
        [0, 3, 3],
        [2, 3, 3],
      ],
    );
    assert.deepEqual(heads.key.shape, [2, 3, 2]);
    assert.deepEqual(values(heads.weights), values(state.weights));
  });
});

test("a width that each head learns starts as it is told, for every head and step", () => {
  tf.tidy(() => {
    const wide = { ...jump, sigma: "head" as const, sigmaInit: 3 };
    const layer = layerOf(
      { read: wide, write: { kind: "mixture", of: [step, { ...wide, sigmaInit: 0.4 }] } },
      { readHeads: 2 },
    );
    for (const { heads } of layer.trace(tf.randomNormal([2, 3, 1], 0, 1, "float32", 3) as Tensor3D)) {
      const { sigma, "gaussian.sigma": mixed } = heads.parameters;
      near(values(sigma!), [3, 3, Number.NaN, 3, 3, Number.NaN]);
      near(values(mixed!), [Number.NaN, Number.NaN, 0.4, Number.NaN, Number.NaN, 0.4]);
    }
  });
});

test("a list of shifts has one for each head", () => {
  assert.throws(
    () => layerOf({ read: [jump, step], write: step }),
    /^UserError: shift\.read is a list of 2 for 1 read heads/,
  );
});
