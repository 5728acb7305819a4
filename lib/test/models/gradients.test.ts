import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import { RandomState } from "../../src/dataset/index.js";
import { buildModel, type ModelConfig } from "../../src/models/index.js";
import { publishedModels } from "../../src/studies/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { captureTraining } from "../../src/training/index.js";
import { descent } from "./descent.js";
import { variants } from "./variants.js";

const small = { hidden: 6, steps: 5 };
const models: Record<string, ModelConfig> = {
  ...variants,
  mlp: { ...publishedModels.mlp, features: 5, hidden: [6, 4], classes: 3 },
  gru: { ...publishedModels.gru, ...small, classes: 3 },
};

/** What is compiled by XLA as well. */
const byXla = ["gru", "random memory", "mixture of widths", "heads of different kinds"];

/** All weights as one long vector. */
const flat = (model: LayersModel) =>
  tf.tidy(() => tf.concat(model.trainableWeights.map((w) => tf.reshape(w.read(), [-1]))).dataSync<"float32">());

function setFlat(model: LayersModel, values: Float32Array): void {
  let at = 0;
  tf.tidy(() => {
    for (const weight of model.trainableWeights) {
      const variable = weight.read() as Variable;
      variable.assign(tf.tensor(values.slice(at, at + variable.size), variable.shape));
      at += variable.size;
    }
  });
}

/**
 * The slope of a captured step's loss along random directions, by central differences of fourth order in steps large
 * enough for float32, beside what the step's own gradient says. The gradient is how far plain descent at rate 1 goes.
 */
for (const [name, config] of Object.entries(models)) {
  // XLA takes seconds for each; the published memories under XLA are held against a float64 reference, gradients
  // included, in parity.test.ts
  for (const compile of byXla.some((part) => name.startsWith(part))
    ? (["graph", "xla"] as const)
    : (["graph"] as const)) {
    test(`${name}, ${compile}: the gradient of the captured step is the slope of its loss`, async () => {
      const model = buildModel(config, 5);
      const trainer = await captureTraining(model, { compile, optimizer: descent });
      const random = RandomState.stream(3, name);
      const shape = (model.inputs[0]!.shape as number[]).slice(1).map((size) => size ?? 5);
      const size = shape.reduce((a, b) => a * b);
      const x = tf.tensor(Float32Array.from(random.standardNormals(8 * size)), [8, ...shape], "float32") as Tensor;
      const labels = tf.tensor1d(
        Array.from({ length: 8 }, () => random.randint(0, 3)),
        "int32",
      );
      const start = flat(model);
      trainer.step(x, labels, 1);
      const gradient = flat(model).map((value, i) => start[i]! - value);
      const norm = Math.hypot(...gradient);
      assert.ok(norm > 1e-4, `${norm}`);
      const lossAt = (direction: Float64Array, step: number) => {
        setFlat(
          model,
          start.map((value, i) => value + step * direction[i]!),
        );
        return trainer.step(x, labels, 0);
      };
      for (let k = 0; k < 4; k++) {
        // half of it along the gradient, so that the slope isn't lost in rounding
        const noise = random.standardNormals(start.length);
        const length = Math.hypot(...noise);
        const direction = noise.map((value, i) => 0.7 * (value / length) + (0.7 * gradient[i]!) / norm);
        // ReLU has a kink: steps small enough to pass few of them
        const h = config.kind === "mlp" || config.kind === "cnn" ? 0.002 : 0.02;
        const near = lossAt(direction, h) - lossAt(direction, -h);
        const far = lossAt(direction, 2 * h) - lossAt(direction, -2 * h);
        const slope = (8 * near - far) / (12 * h);
        const said = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
        assert.ok(Math.abs(slope - said) < 2e-3 * norm + 2e-5, `slope ${slope}, gradient ${said}, of ${norm}`);
      }
      trainer.dispose();
      tf.dispose([x, labels]);
    });
  }
}
