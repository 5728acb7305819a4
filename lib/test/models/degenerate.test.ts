import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, Tensor, Tensor3D, Variable } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import type { InitialStateConfig, ShiftConfig } from "../../src/memory/config.js";
import { NtmLayer, publishedModels } from "../../src/models/index.js";
import { tf } from "../../src/tensorflow.js";

const largest = (tensor: Tensor) => tf.max(tf.abs(tensor)).dataSync()[0]!;
/** How far apart the slots are at most, along `axis`. */
const spread = (tensor: Tensor, axis: number) => largest(tf.sub(tf.max(tensor, axis), tf.min(tensor, axis)));

interface Sizes {
  hidden: number;
  slots: number;
  width: number;
  seed: number;
}

/** A layer with weights drawn `scale` times as wide as the published ones, and a batch of sequences. */
function layerOf(sizes: Sizes, shift: ShiftConfig, initial: InitialStateConfig, scale: number, steps: number, sound = false) {
  const layer = new NtmLayer({ ...sizes, shift, initial, ...(sound ? { sharpening: "softmax" } : {}) });
  const x = tf.randomNormal([3, steps, 1], 0, 2, "float32", sizes.seed + 1) as Tensor3D;
  layer.apply(x);
  layer.setWeights(layer.getWeights().map((weight) => tf.mul(weight, scale)));
  return { layer, x };
}

/** Largest gradient of a random function of the last hidden state, for each part of each head's linear layer. */
function headGradients(layer: NtmLayer, x: Tensor3D, width: number): Record<"addressing" | "written", Record<string, number>> {
  const variables = layer.weights.map((weight) => (weight as unknown as { val: Variable }).val);
  const loss = () => {
    const last = layer.apply(x) as Tensor;
    return tf.sum(tf.mul(last, tf.randomNormal(last.shape, 0, 1, "float32", 5))) as Scalar;
  };
  const { grads } = tf.variableGrads(loss, variables);
  const found: ReturnType<typeof headGradients> = { addressing: {}, written: {} };
  const { outputs } = layer.heads.shift;
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
const published = publishedModels.ntm.initial;

for (const name of ["ntm", "dms"] as const) {
  const { shift } = publishedModels[name];

  test(`${name} as published: all slots stay the same at every step, whatever weights and inputs`, () => {
    fc.assert(
      fc.property(sizesArbitrary, fc.double({ min: 0.1, max: 5, noNaN: true }), (sizes, scale) => {
        tf.tidy(() => {
          const { layer, x } = layerOf(sizes, shift, published, scale, 6);
          layer.trace(x).forEach(({ heads, state }, t) => {
            assert.ok(spread(state.memory, 1) <= 1e-5, `memory at step ${t}: ${spread(state.memory, 1)}`);
            // of a head that has gone dead all weights are 0
            assert.ok(spread(heads.weights, 2) * sizes.slots <= 1e-4, `weights at step ${t}: ${spread(heads.weights, 2)}`);
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
const shifts: Record<string, ShiftConfig> = {
  discrete: { kind: "discrete", offsets: [1, 0, -1] },
  gaussian: { kind: "gaussian", sigmaFloor: 0.1 },
  periodic: { kind: "gaussian", sigmaFloor: 0.1, periodic: true },
};
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
