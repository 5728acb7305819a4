import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { LayersModel, Scalar, Tensor, Tensor3D, Variable } from "@tensorflow/tfjs-node";
import { capture } from "../../src/capture.js";
import { buildModel, type ModelConfig } from "../../src/models/index.js";
import { fromStateDict, modelConfigOf, toStateDict } from "../../src/porting/index.js";
import { tf } from "../../src/tensorflow/tf.js";

interface Case {
  config: ModelConfig;
  x: number[][][];
  targets: number[][][];
  logits: number[];
  loss: number;
  tensors: Record<string, { shape: number[]; data: number[]; gradient: number[] }>;
}

/** Made by memories.py beside this file. */
const cases: Record<string, Case> = JSON.parse(
  readFileSync(join(__dirname, "../../../test/models/fixtures/memories.json"), "utf8"),
);

function close(got: ArrayLike<number>, want: readonly number[], what: string, tolerance: number): void {
  assert.equal(got.length, want.length, `${what}: number of values`);
  want.forEach((value, i) => {
    assert.ok(
      Math.abs(got[i]! - value) <= tolerance * (1 + Math.abs(value)),
      `${what}[${i}] is ${got[i]}, PyTorch has ${value}`,
    );
  });
}

function modelOf({ config, tensors }: Case): LayersModel {
  const model = buildModel(config, 0);
  fromStateDict(
    model,
    Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
    ),
  );
  return model;
}

/** Sigmoid cross-entropy, nats, summed over a sequence, mean over the batch. */
const lossOf = (logits: Tensor, targets: Tensor): Scalar =>
  tf.mul(tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, targets))), 1 / logits.shape[0]!) as Scalar;

for (const [name, given] of Object.entries(cases)) {
  const x = () => tf.tensor3d(given.x) as Tensor3D;

  test(`${name}: logits, loss and every gradient are PyTorch's`, () => {
    const model = modelOf(given);
    close(toStateDict(model)["output.weight"]!.data, given.tensors["output.weight"]!.data, "weights", 1e-6);
    const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
    tf.tidy(() => {
      const logits = model.predict(x()) as Tensor;
      close(logits.dataSync(), given.logits, "logits", 5e-6);
      const { value, grads } = tf.variableGrads(
        () => lossOf(model.apply(x()) as Tensor, tf.tensor3d(given.targets)),
        variables,
      );
      close(value.dataSync(), [given.loss], "loss", 5e-6);
      // written over the weights, gradients get PyTorch's names and layout
      model.trainableWeights.forEach((weight, i) => void weight.write(grads[variables[i]!.name]!.clone()));
    });
    const gradients = toStateDict(model);
    for (const [weight, { gradient }] of Object.entries(given.tensors)) {
      close(gradients[weight]!.data, gradient, `gradient of ${weight}`, 2e-5);
    }
    model.dispose();
  });

  for (const compile of ["graph", "xla"] as const) {
    test(`${name}: captured (${compile}), it gives what PyTorch gives`, async () => {
      const model = modelOf(given);
      const forward = await capture((input: Tensor) => model.predict(input) as Tensor, [x()], { compile });
      close((forward(x()) as Tensor).dataSync(), given.logits, "logits", 5e-6);
      forward.dispose();
      model.dispose();
    });
  }

  test(`${name}: the config is found again from the model`, () => {
    const model = buildModel(given.config, 3);
    assert.deepEqual(modelConfigOf(model), given.config);
    model.dispose();
  });
}
