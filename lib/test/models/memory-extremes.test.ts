import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Tensor, Tensor3D, Variable } from "@tensorflow/tfjs-node";
import { capture } from "../../src/capture.js";
import { buildModel, MemoryLayer, type ModelConfig } from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const frame = { features: 2, hidden: 3, classes: 2, answers: "every", readout: "hidden+read" } as const;
const start = { memory: { kind: "constant", value: 1e-6 }, readWeights: "learned", writeWeights: "learned" } as const;
const shift = { kind: "gaussian", periodic: true } as const;
const configs: Record<string, ModelConfig> = {
  "ntm, constant memory": { kind: "ntm", ...frame, slots: 4, width: 3, shift, initial: start, sharpening: "softmax" },
  dnc: { kind: "dnc", ...frame, slots: 4, width: 3 },
  "dnc, one slot, feed-forward": { kind: "dnc", ...frame, slots: 1, width: 2, controller: "feedforward" },
  "dnc, two read heads, lstm": { kind: "dnc", ...frame, slots: 3, width: 2, readHeads: 2, controller: "lstm" },
  "lie-access": { kind: "lie-access", ...frame, width: 3 },
  "lie-access, one entry": { kind: "lie-access", ...frame, width: 3, slots: 1 },
  "lie-access, softmax": { kind: "lie-access", ...frame, width: 2, reading: "softmax", temperature: 0.1 },
};
const finite = (tensor: Tensor) => tensor.dataSync().every((value) => Number.isFinite(value));

for (const [name, config] of Object.entries(configs)) {
  describe(name, () => {
    const made = (scale: number) => {
      const model = buildModel(config, 1);
      tf.tidy(() => {
        for (const weight of model.trainableWeights) weight.write(tf.mul(weight.read(), scale));
      });
      return model;
    };
    const x = () => tf.reshape(tf.linspace(-2, 2, 20), [2, 5, 2]) as Tensor3D;

    for (const scale of [0, 1, 1e3]) {
      test(`weights times ${scale}: logits and gradients are finite, weightings sum to at most 1`, () => {
        const model = made(scale);
        tf.tidy(() => {
          const weights = model.trainableWeights.map((weight) => weight.read() as Variable);
          const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(model.apply(x()) as Tensor)), weights);
          assert.ok(finite(value));
          for (const [weight, gradient] of Object.entries(grads)) assert.ok(finite(gradient), weight);
          const layer = model.layers.find((each) => each instanceof MemoryLayer) as MemoryLayer;
          for (const { heads } of layer.trace(x())) {
            assert.ok(heads.weights.dataSync().every((weight) => weight >= 0));
            assert.ok(
              tf
                .sum(heads.weights, -1)
                .dataSync()
                .every((sum) => sum <= 1 + 1e-5),
            );
          }
        });
        model.dispose();
      });
    }

    test("compiled by XLA it gives what it gives eagerly, gradients too", async () => {
      const model = made(1);
      const weights = model.trainableWeights.map((weight) => weight.read() as Variable);
      const gradients = (input: Tensor, ...values: Tensor[]) => {
        const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(model.apply(input) as Tensor)), weights);
        return [value, ...weights.map(({ name: own }) => grads[own]!), ...values.map((each) => tf.mul(each, 1))];
      };
      const compiled = await capture((input: Tensor) => gradients(input), [x()], { compile: "xla" });
      const [eager, fast] = [gradients(x()), compiled(x()) as Tensor[]];
      eager.forEach((tensor, i) => {
        const [a, b] = [tensor.dataSync(), fast[i]!.dataSync()];
        a.forEach((value, k) =>
          assert.ok(Math.abs(value - b[k]!) <= 1e-4 * (1 + Math.abs(value)), `${value} and ${b[k]}`),
        );
      });
      compiled.dispose();
      model.dispose();
    });
  });
}
