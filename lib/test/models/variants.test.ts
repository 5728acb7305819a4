import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { buildModel, NtmLayer } from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { captureTraining, softmaxCrossEntropy } from "../../src/training/index.js";
import { descent } from "./descent.js";
import { variants } from "./variants.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const weightsOf = (model: LayersModel) => model.getWeights().map(values);
const inputOf = (model: LayersModel, rows: number, seed: number) =>
  tf.randomNormal([rows, ...(model.inputs[0]!.shape as number[]).slice(1)], 0, 1, "float32", seed);

function close(actual: number[], expected: number[], tolerance: number, what: string): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `${what}[${i}] is ${value}, expected ${expected[i]}`);
  });
}

for (const [name, config] of Object.entries(variants)) {
  // XLA takes its time: what these three are made of is tested under it elsewhere
  const quick = config.kind === "cnn" || name === "random memory, discrete" || name.startsWith("mixture of");
  for (const compile of quick ? (["graph"] as const) : (["graph", "xla"] as const)) {
    test(`${name}, ${compile}: captured training steps equal eager ones`, async () => {
      const [captured, eager] = [buildModel(config, 3), buildModel(config, 3)];
      const trainer = await captureTraining(captured, { compile, optimizer: descent });
      const optimizer = tf.train.sgd(0.1);
      const labels = tf.tensor1d([0, 1, 2, 1], "int32");
      for (let i = 1; i <= 3; i++) {
        const x = inputOf(captured, 4, i);
        trainer.progress(i / 4);
        for (const layer of eager.layers) if (layer instanceof NtmLayer) layer.trainingProgress(i / 4);
        const loss = trainer.step(x, labels, 0.1);
        const forward = () => softmaxCrossEntropy(labels, eager.apply(x) as Tensor);
        const expected = tf.tidy(() => optimizer.minimize(forward, true)!.dataSync()[0]!);
        close([loss], [expected], 1e-5, `loss of step ${i}`);
      }
      const want = weightsOf(eager);
      weightsOf(captured).forEach((list, w) => {
        close(list, want[w]!, 3e-5, captured.weights[w]!.name);
      });
      trainer.dispose();
    });
  }

  test(`${name}: every weight takes a gradient, and a row's logits don't depend on the rest of the batch`, () => {
    tf.tidy(() => {
      const model = buildModel(config, 1);
      const x = inputOf(model, 4, 7);
      const variables = model.trainableWeights.map((weight) => (weight as unknown as { val: never }).val);
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(model.apply(x) as Tensor)), variables);
      for (const [weight, gradient] of Object.entries(grads)) {
        assert.ok(values(gradient).every(Number.isFinite));
        assert.ok(tf.max(tf.abs(gradient)).dataSync()[0]! > 1e-9, `${weight} takes none`);
      }
      const all = values(model.predict(x) as Tensor);
      close(values(model.predict(tf.slice(x, [2], [1])) as Tensor), all.slice(6, 9), 1e-6, "logits");
    });
  });

  test(`${name}: saved and loaded it is the same; the seed decides the weights`, async () => {
    const model = buildModel(config, 1);
    const x = inputOf(model, 3, 7);
    const folder = mkdtempSync(join(tmpdir(), "dms-ntm-model-"));
    try {
      await model.save(`file://${folder}`);
      const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
      assert.deepEqual(values(loaded.predict(x) as Tensor), values(model.predict(x) as Tensor));
      const kinds = ["ntm", "lstm", "bigru"];
      const [there, here] = [loaded, model].map((m) =>
        m.layers.find((layer) => kinds.includes(layer.name))?.getConfig(),
      );
      assert.deepEqual(there, here);
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.deepEqual(weightsOf(buildModel(config, 5)), weightsOf(buildModel(config, 5)));
    assert.notDeepEqual(weightsOf(buildModel(config, 5)), weightsOf(buildModel(config, 6)));
  });
}
