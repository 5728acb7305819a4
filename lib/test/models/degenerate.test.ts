import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, Tensor, Tensor3D, Variable } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import type { InitialStateConfig, ShiftConfig, ShiftsConfig } from "../../src/memory/config.js";
import { headOutputs } from "../../src/memory/index.js";
import { NtmLayer } from "../../src/models/index.js";
import { publishedModels } from "../../src/studies/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const most = (tensor: Tensor) => tf.max(tensor).dataSync()[0]!;
const largest = (tensor: Tensor) => most(tf.abs(tensor));
/** How far apart the slots are at most, along `axis`. */
const spread = (tensor: Tensor, axis: number) => largest(tf.sub(tf.max(tensor, axis), tf.min(tensor, axis)));

interface Sizes {
  hidden: number;
  slots: number;
  width: number;
  seed: number;
}

/** A layer with weights drawn `scale` times as wide as the published ones, and a batch of sequences. */
function layerOf(
  sizes: Sizes,
  shift: ShiftsConfig,
  initial: InitialStateConfig,
  scale: number,
  steps: number,
  sound = false,
) {
  const layer = new NtmLayer({ ...sizes, shift, initial, ...(sound ? { sharpening: "softmax" } : {}) });
  const x = tf.randomNormal([3, steps, 1], 0, 2, "float32", sizes.seed + 1) as Tensor3D;
  layer.apply(x);
  layer.setWeights(layer.getWeights().map((weight) => tf.mul(weight, scale)));
  return { layer, x };
}

/** Largest gradient of a random function of the last hidden state, for each part of each head's linear layer. */
function headGradients(
  layer: NtmLayer,
  x: Tensor3D,
  width: number,
): Record<"addressing" | "written", Record<string, number>> {
  const variables = layer.weights.map((weight) => (weight as unknown as { val: Variable }).val);
  const loss = () => {
    const last = layer.apply(x) as Tensor;
    return tf.sum(tf.mul(last, tf.randomNormal(last.shape, 0, 1, "float32", 5))) as Scalar;
  };
  const { grads } = tf.variableGrads(loss, variables);
  const found: ReturnType<typeof headGradients> = { addressing: {}, written: {} };
  const { outputs } = layer.heads.shift[0]!;
  for (const head of ["read", "write"]) {
    for (const part of ["Kernel", "Bias"]) {
      const weight = layer.weights.findIndex(({ originalName }) => originalName.includes(`${head}${part}`));
      const gradient = grads[variables[weight]!.name]!;
      const sizes = [width, 1, 1, outputs, 1, ...(head === "write" ? [width, width] : [])];
      const parts = tf.split(gradient, sizes, -1).map(largest);
      ["key", "strength", "gate", "shift", "sharpening", "erase", "add"].slice(0, parts.length).forEach((name, i) => {
        found[i < 5 ? "addressing" : "written"][`${head}${part} ${name}`] = parts[i]!;
      });
    }
  }
  return found;
}

const sizesArbitrary = fc.record({
  hidden: fc.integer({ min: 2, max: 6 }),
  slots: fc.integer({ min: 2, max: 9 }),
  width: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(1e6),
});
const stepsArbitrary = fc.integer({ min: 1, max: 24 });
const scaleArbitrary = fc.double({ min: 0.1, max: 5, noNaN: true });
const published = publishedModels.ntm.initial;

const shifts: Record<string, ShiftConfig> = {
  discrete: { kind: "discrete", offsets: [1, 0, -1] },
  gaussian: { kind: "gaussian", sigmaFloor: 0.1 },
  periodic: { kind: "gaussian", sigmaFloor: 0.1, periodic: true },
};

for (const name of ["ntm", "dms"] as const) {
  const { shift } = publishedModels[name];

  test(`${name} as published: all slots stay the same at every step, whatever weights and inputs`, () => {
    fc.assert(
      fc.property(sizesArbitrary, stepsArbitrary, scaleArbitrary, (sizes, steps, scale) => {
        tf.tidy(() => {
          const { layer, x } = layerOf(sizes, shift, published, scale, steps);
          layer.trace(x).forEach(({ heads, state }, t) => {
            assert.ok(spread(state.memory, 1) <= 1e-5, `memory at step ${t}: ${spread(state.memory, 1)}`);
            // of a head that has gone dead all weights are 0
            assert.ok(
              spread(heads.weights, 2) * sizes.slots <= 1e-4,
              `weights at step ${t}: ${spread(heads.weights, 2)}`,
            );
            assert.ok(
              most(tf.sum(heads.weights, 2)) <= 1 + 1e-5,
              "the constants of the published form only take weight away",
            );
          });
        });
      }),
      { numRuns: 10, seed: 42 },
    );
  });

  test(`${name} as published: no gradient but rounding reaches key, strength, gate, shift or sharpening`, () => {
    fc.assert(
      fc.property(sizesArbitrary, (sizes) => {
        tf.tidy(() => {
          const { layer, x } = layerOf(sizes, shift, published, 1, 5);
          const { addressing, written } = headGradients(layer, x, sizes.width);
          const scale = Math.max(...Object.values(written));
          assert.ok(scale > 1e-6);
          for (const [part, gradient] of Object.entries(addressing))
            assert.ok(gradient <= 1e-6 * scale, `${part}: ${gradient} beside ${scale}`);
        });
      }),
      { numRuns: 8, seed: 42 },
    );
  });
}

const sizes = { hidden: 5, slots: 6, width: 3, seed: 3 };
for (const kind of ["discrete", "periodic"]) {
  // nothing is added to a sum there, so that the proof holds word for word
  test(`${kind} shift, sums kept, published start: uniform weights after any number of steps, and no gradient for any weights`, () => {
    fc.assert(
      fc.property(sizesArbitrary, stepsArbitrary, scaleArbitrary, (sizes, steps, scale) => {
        tf.tidy(() => {
          const { layer, x } = layerOf(sizes, shifts[kind]!, published, scale, steps, true);
          for (const { heads, state } of layer.trace(x)) {
            const off = largest(tf.sub(tf.mul(heads.weights, sizes.slots), 1));
            assert.ok(off <= 1e-5, `weights are off by ${off}`);
            assert.ok(spread(state.memory, 1) <= 1e-5);
          }
        });
      }),
      { numRuns: 8, seed: 42 },
    );
    fc.assert(
      fc.property(sizesArbitrary, scaleArbitrary, (sizes, scale) => {
        tf.tidy(() => {
          const { layer, x } = layerOf(sizes, shifts[kind]!, published, scale, 5, true);
          const { addressing, written } = headGradients(layer, x, sizes.width);
          for (const [part, gradient] of Object.entries(addressing))
            assert.ok(gradient <= 1e-5 * Math.max(...Object.values(written)), `${part}: ${gradient}`);
        });
      }),
      { numRuns: 6, seed: 42 },
    );
  });
}

/** Other random numbers for all that makes keys, strengths, gates, shifts and sharpening. */
function otherAddressing(layer: NtmLayer, width: number): void {
  const outputs = headOutputs(width, layer.heads.shift[0]!);
  const others = layer.weights.map((weight, i) => {
    const values = weight.read();
    if (!/(read|write)(Kernel|Bias)$/.test(weight.originalName)) return values;
    const kept = tf.slice(values, [...values.shape.slice(1).map(() => 0), outputs]);
    const old = [...values.shape.slice(0, -1), outputs];
    return tf.concat([tf.randomNormal(old, 0, 1, "float32", i + 1), kept], -1);
  });
  layer.setWeights(others);
}

for (const [kind, shift] of Object.entries({ discrete: shifts.discrete!, periodic: shifts.periodic! })) {
  test(`${kind}: other addressing parameters don't change what comes out of the published start, but of a learned one`, () => {
    tf.tidy(() => {
      const change = (initial: InitialStateConfig) => {
        const sizes = { hidden: 5, slots: 6, width: 3, seed: 3 };
        const { layer, x } = layerOf(sizes, shift, initial, 2, 8, true);
        const before = layer.apply(x) as Tensor;
        otherAddressing(layer, sizes.width);
        return largest(tf.sub(layer.apply(x) as Tensor, before));
      };
      assert.ok(change(published) < 1e-6);
      assert.ok(change({ memory: "learned", readWeights: "learned", writeWeights: "learned" }) > 1e-3);
    });
  });
}

test("published sharpening: a head can fade, and gamma takes a gradient then, but no slot is told from another", () => {
  tf.tidy(() => {
    const { layer, x } = layerOf(sizes, shifts.discrete!, published, 1, 6);
    // the gamma at which 6^(1 - gamma) is the constant 1e-8: half of the weight is lost
    const gamma = 1 + Math.log(1e8) / Math.log(sizes.slots);
    const at = sizes.width + 2 + layer.heads.shift[0]!.outputs;
    layer.setWeights(
      layer.weights.map((weight) => {
        const values = weight.read();
        if (!/(read|write)Bias$/.test(weight.originalName)) return values;
        return tf.tensor1d(Array.from(values.dataSync(), (value, i) => (i === at ? gamma - 1 : value)));
      }),
    );
    const steps = layer.trace(x);
    // what is lost at one step is missed at the next one too
    const [first, last] = [steps[0]!, steps.at(-1)!].map(({ heads }) =>
      Array.from(tf.sum(heads.weights, 2).dataSync()),
    );
    for (const sum of first!) assert.ok(sum > 0.1 && sum < 0.9, `${sum} is left`);
    last!.forEach((sum, i) => {
      assert.ok(sum < first![i]!);
    });
    for (const { heads, state } of steps) {
      assert.ok(spread(heads.weights, 2) < 1e-6);
      assert.ok(spread(state.memory, 1) < 1e-6);
    }
    const { addressing, written } = headGradients(layer, x, sizes.width);
    const scale = Math.max(...Object.values(written));
    assert.ok(addressing["writeBias sharpening"]! > 1e-3 * scale);
    for (const part of ["key", "strength", "shift"]) assert.ok(addressing[`writeBias ${part}`]! <= 1e-5 * scale, part);
  });
});

const breaking: Record<string, Partial<InitialStateConfig>> = {
  "learned memory": { memory: "learned" },
  "random memory": { memory: { kind: "random", scale: 0.1, seed: 1 } },
  "peaked write weights": { writeWeights: "peaked" },
  "learned write weights": { writeWeights: "learned" },
  "peaked weights": { readWeights: "peaked", writeWeights: "peaked" },
  "learned memory and weights": { memory: "learned", readWeights: "learned", writeWeights: "learned" },
};

for (const [kind, shift] of Object.entries(shifts)) {
  for (const [start, change] of Object.entries(breaking)) {
    test(`${kind}, ${start}: slots differ, and a gradient reaches every part of both heads`, () => {
      tf.tidy(() => {
        const { layer, x } = layerOf(sizes, shift, { ...published, ...change }, 3, 6, true);
        const last = layer.trace(x).at(-1)!;
        assert.ok(spread(last.state.memory, 1) > 1e-3);
        assert.ok(spread(last.heads.weights, 2) > 1e-3);
        const { addressing, written } = headGradients(layer, x, sizes.width);
        const scale = Math.max(...Object.values(written));
        for (const [part, gradient] of Object.entries(addressing))
          assert.ok(gradient > 1e-5 * scale, `${part}: ${gradient} beside ${scale}`);
      });
    });
  }
}

test("a read head that alone starts peaked changes nothing: it reads slots that are all the same", () => {
  tf.tidy(() => {
    const { layer, x } = layerOf(sizes, shifts.discrete!, { ...published, readWeights: "peaked" }, 3, 6, true);
    assert.ok(spread(layer.trace(x).at(-1)!.state.memory, 1) < 1e-5);
    const { addressing, written } = headGradients(layer, x, sizes.width);
    for (const gradient of Object.values(addressing)) assert.ok(gradient <= 1e-6 * Math.max(...Object.values(written)));
  });
});
