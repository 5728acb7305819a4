import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { buildModel, type NtmLayer } from "../../src/models/index.js";
import { publishedModels, soundModels } from "../../src/studies/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { parityCase } from "./fixtures.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const names = Object.keys(publishedModels) as (keyof typeof publishedModels)[];
const input = (name: string, rows: number) =>
  tf.randomNormal(name === "mlp" ? [rows, 40] : [rows, 20, 1], 0, 1, "float32", 7);

test("parameter counts are the published ones", () => {
  assert.deepEqual(
    names.map((name) => buildModel(publishedModels[name], 0).countParams()),
    [23050, 13514, 21526, 21396],
  );
});

test("the sound models: recurrent ones of the NTM's size; the authors' networks have the published counts for 40 steps", () => {
  const counts = (steps: number) =>
    Object.fromEntries(
      Object.entries(soundModels).map(([name, make]) => [name, buildModel(make(steps), 0).countParams()]),
    );
  const { bigru, cnn, ...recurrent } = counts(20);
  for (const count of Object.values(recurrent)) assert.ok(Math.abs(count / 21526 - 1) < 0.02, `${count}`);
  assert.deepEqual(counts(40), { ...recurrent, bigru: 5134, cnn: 5210 });
  assert.ok(bigru! < 5134 && cnn! < 5210);
});

for (const name of names) {
  test(`${name}: summary, predict, save and load`, async () => {
    const model = buildModel(publishedModels[name], 1);
    const lines: string[] = [];
    model.summary(undefined, undefined, (line) => lines.push(line));
    assert.match(lines.join("\n"), /Total params: \d+/);
    const x = input(name, 3);
    const logits = model.predict(x) as Tensor;
    assert.deepEqual(logits.shape, [3, 10]);
    assert.ok(values(logits).every(Number.isFinite));
    const folder = mkdtempSync(join(tmpdir(), "dms-ntm-model-"));
    try {
      await model.save(`file://${folder}`);
      const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
      assert.deepEqual(values(loaded.predict(x) as Tensor), values(logits));
      assert.equal(loaded.countParams(), model.countParams());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test(`${name}: a layer that is frozen is frozen when the model is loaded`, async () => {
    const model = buildModel(publishedModels[name], 1);
    for (const layer of model.layers) layer.trainable = false;
    const folder = mkdtempSync(join(tmpdir(), "dms-ntm-model-"));
    try {
      await model.save(`file://${folder}`);
      const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
      assert.equal(loaded.trainableWeights.length, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test(`${name}: the seed decides the weights`, () => {
    const weights = (seed: number) => buildModel(publishedModels[name], seed).getWeights().flatMap(values);
    assert.deepEqual(weights(5), weights(5));
    assert.notDeepEqual(weights(5), weights(6));
  });

  test(`${name}: a row's logits don't depend on the rest of the batch`, () => {
    const model = buildModel(publishedModels[name], 1);
    const x = input(name, 4);
    const all = values(model.predict(x) as Tensor);
    const alone = values(model.predict(tf.slice(x, [2], [1])) as Tensor);
    alone.forEach((value, i) => {
      assert.ok(Math.abs(value - all[20 + i]!) < 1e-6);
    });
  });
}

test("a controller without state may be wide: it has no matrix of its units squared", () => {
  const ntm = { ...publishedModels.ntm, hidden: 20_000, slots: 4, width: 2, controller: "feedforward" } as const;
  buildModel(ntm, 0).dispose();
  assert.throws(() => buildModel({ ...ntm, controller: "gru" }, 0), /hidden is 20000: a tensor of 1200000000 values/);
});

test("initial weights follow the uniform law +-1/sqrt(fan-in), and no two weights share their draws", () => {
  const model = buildModel(publishedModels.ntm, 1);
  for (const weight of model.weights) {
    const bound = 1 / Math.sqrt(64); // hidden size: of the GRU's weights, and the heads' and the output layer's fan-in
    const list = values((weight as unknown as { val: Tensor }).val);
    const largest = Math.max(...list.map(Math.abs));
    assert.ok(largest <= bound && largest > 0.8 * bound, `${weight.name}: ${largest}`);
  }
  const firsts = model.getWeights().map((w) => values(w)[0]);
  assert.equal(new Set(firsts).size, firsts.length);
});

for (const kind of ["ntm", "dms"] as const) {
  test(`${kind}: the layer starts from the published state and gives the reference's logits`, () => {
    const given = parityCase(`${kind}-uniform-zero`);
    const { steps, slots, width, hidden, classes } = given.dims;
    const model = buildModel({ ...publishedModels[kind], steps, slots, width, hidden, classes }, 0);
    const weight = (name: string) => {
      const value = given.params[name] as number[][];
      return Array.isArray(value[0]) ? tf.transpose(tf.tensor2d(value)) : tf.tensor1d(value as unknown as number[]);
    };
    const order = [
      "controller.weight_ih",
      "controller.weight_hh",
      "controller.bias_ih",
      "controller.bias_hh",
      "read.weight",
      "read.bias",
      "write.weight",
      "write.bias",
      "output.weight",
      "output.bias",
    ];
    model.setWeights(order.map(weight));
    const x = tf.expandDims(tf.tensor2d(given.x), 2) as Tensor3D;
    values(model.predict(x) as Tensor2D).forEach((value, i) => {
      assert.ok(Math.abs(value - given.logits.flat()[i]!) < 2e-6);
    });
    const trace = (model.getLayer("ntm") as NtmLayer).trace(x);
    assert.equal(trace.length, steps);
    values(tf.gather(trace[steps - 1]!.heads.weights, [1], 1)).forEach((value, i) => {
      assert.ok(Math.abs(value - given.trace![steps - 1]!.write.weights!.flat()[i]!) < 2e-6);
    });
  });
}
