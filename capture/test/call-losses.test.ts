import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, Scalar, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { captureTraining, type Loss, sgd } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

/** Scales its input, and adds a loss each time that it is called. */
class Scale extends tf.layers.Layer {
  static className = "Scale";
  private factor: tf.LayerVariable | undefined;

  override build(shape: tf.Shape): void {
    this.factor = this.addWeight("factor", [shape.at(-1)!], "float32", tf.initializers.ones());
    this.built = true;
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const output = tf.mul([inputs].flat()[0]!, this.factor!.read());
    this.addLoss(() => tf.mean(tf.square(output)) as Scalar);
    return output;
  }
}

const squares: Loss = (targets, predictions) => tf.mean(tf.squaredDifference(targets, predictions)) as Scalar;
const RATE = 0.01;
const x = tf.tensor2d([
  [1, 2],
  [3, 4],
  [5, 6],
]);
const y = tf.zeros([3, 2]);

function wrapped(): LayersModel {
  const input = tf.input({ shape: [3, 2] });
  const inner = tf.layers.timeDistributed({ layer: new Scale({}) }).apply(input) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: tf.layers.flatten().apply(inner) as SymbolicTensor });
}

/** How many losses the layers of a model, and those inside wrappers, hold. */
const lossesOf = ({ layers }: LayersModel): number =>
  layers
    .flatMap((layer) => [layer, (layer as unknown as { layer?: typeof layer }).layer])
    .reduce((sum, layer) => sum + ((layer as { _losses?: unknown[] } | undefined)?._losses?.length ?? 0), 0);

function scaling(calls: number): LayersModel {
  const input = tf.input({ shape: [2] });
  const layer = new Scale({});
  let output = input;
  for (let i = 0; i < calls; i++) output = layer.apply(output) as SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: a loss that a layer adds in its call counts once a step, whatever was predicted or recorded before`, async () => {
    const model = scaling(1);
    const trainer = await captureTraining(model, { loss: squares, optimizer: sgd(), compile });
    const factor = tf.variable(tf.ones([2]));
    const optimizer = tf.train.sgd(RATE);
    // targets are 0: the loss and what the layer adds are the same
    const eager = (batch: Tensor) =>
      optimizer.minimize(() => tf.mul(tf.mean(tf.square(tf.mul(batch, factor))), 2) as Scalar, true)!.dataSync()[0]!;
    const got: number[] = [];
    const want: number[] = [];
    // batches of another size are recorded anew
    for (const rows of [3, 2, 3, 1]) {
      const [batch, targets] = [tf.slice(x, 0, rows), tf.slice(y, 0, rows)];
      trainer.predict(batch).dispose();
      got.push(trainer.step(batch, targets, RATE));
      want.push(eager(batch));
      got.push(...trainer.steps(tf.stack([batch, batch]), tf.stack([targets, targets]), [RATE, RATE]));
      want.push(eager(batch), eager(batch));
    }
    got.forEach((loss, i) => {
      assert.ok(Math.abs(loss - want[i]!) < 1e-4, `loss ${i} is ${loss}, eagerly ${want[i]}`);
    });
    trainer.dispose();
  });

  test(`${compile}: a layer that is called twice and adds a loss in its call is refused by name`, async () => {
    const model = scaling(2);
    const name = model.layers[1]!.name;
    const trainer = await captureTraining(model, { loss: squares, optimizer: sgd(), compile });
    assert.throws(
      () => trainer.step(x, y, RATE),
      (error: Error) =>
        error.message.includes(`layer ${name} is called several times`) && !error.message.includes("\n"),
    );
    // it is as before: predictions work, and tfjs finds no loss that the failed step left
    trainer.predict(x).dispose();
    assert.equal(lossesOf(model), 0);
    trainer.dispose();
  });

  test(`${compile}: no loss of a call is left by a step that diverged`, async () => {
    const model = scaling(1);
    const loss: Loss = (targets, predictions) => tf.mul(squares(targets, predictions), Number.NaN) as Scalar;
    const trainer = await captureTraining(model, { loss, optimizer: sgd(), compile });
    assert.ok(Number.isNaN(trainer.step(x, y, RATE)));
    assert.equal(trainer.badTensor, "the loss, NaN");
    assert.equal(lossesOf(model), 0);
    trainer.dispose();
  });
}

test("a loss of a call inside a wrapper is found, and leaves nothing", async () => {
  const model = wrapped();
  const trainer = await captureTraining(model, { loss: squares, optimizer: sgd() });
  for (const rows of [2, 3]) {
    // the layer adds a loss for each of the three steps that it is called for, or one for all
    assert.ok(trainer.step(tf.ones([rows, 3, 2]), tf.zeros([rows, 6]), RATE) > 1);
    assert.equal(lossesOf(model), 0);
  }
  trainer.dispose();
});
