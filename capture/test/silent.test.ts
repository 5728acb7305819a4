/** What once was silently another value than eagerly, or than by fit: each is right now, or refused in one line. */
import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, Scalar, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { CaptureError, capture, captureTraining, type Loss, sgd } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const ints = (...values: number[]) => tf.tensor1d(values, "int32");
const squares: Loss = (targets, predictions) => tf.mean(tf.squaredDifference(targets, predictions)) as Scalar;
const variable = (weight: unknown) => (weight as { val: tf.Variable }).val;
const oneLine = (expected: RegExp) => (error: unknown) => {
  const { message } = error as Error;
  assert.match(message, expected);
  assert.doesNotMatch(message, /\n/);
  return true;
};

/** Calls that fail eagerly, and which a compiler gives a number for. */
const FAILING: Record<string, { fn: (...inputs: never[]) => Tensor; good: Tensor[]; bad: Tensor[]; says: RegExp }> = {
  "a negative power of an integer": {
    fn: (a: Tensor, b: Tensor) => tf.pow(a, b),
    good: [ints(2, 3), ints(2, 0)],
    bad: [ints(2, 3), ints(2, -1)],
    says: /Pow.*-1|negative integer powers/,
  },
  ...Object.fromEntries(
    (["div", "floorDiv", "mod"] as const).map((op) => [
      `${op} of an integer by 0`,
      {
        fn: (a: Tensor, b: Tensor) => tf[op](a, b),
        good: [ints(7, -7), ints(2, 2)],
        bad: [ints(7, -7), ints(2, 0)],
        says: /Div|Mod|division by zero/,
      },
    ]),
  ),
  "a count of negative numbers": {
    fn: (a: Tensor) => tf.bincount(a as never, tf.zeros([0]) as never, 3),
    good: [ints(1, 2, 7)],
    bad: [ints(1, -5, 2)],
    says: /Bincount|non-negative|-5/,
  },
  "places of a sparse tensor that aren't in order": {
    fn: (i: Tensor) => tf.sparseToDense(i, tf.tensor1d([5, 6]), [4], tf.scalar(0)),
    good: [ints(0, 3)],
    bad: [ints(2, 1)],
    says: /SparseToDense|indices\[1\]/,
  },
  "a place of a sparse tensor that is there twice": {
    fn: (i: Tensor) => tf.sparseToDense(i, tf.tensor1d([5, 6]), [2, 2], tf.scalar(0)),
    good: [tf.tensor2d([0, 1, 1, 0], [2, 2], "int32")],
    bad: [tf.tensor2d([1, 0, 1, 0], [2, 2], "int32")],
    says: /SparseToDense|indices\[1\]/,
  },
};

for (const compile of ["graph", "xla"] as const) {
  for (const [what, { fn, good, bad, says }] of Object.entries(FAILING)) {
    test(`${compile}: ${what} is an error, as eagerly`, async () => {
      const captured = await capture(fn as (...inputs: Tensor[]) => Tensor, good, { compile });
      const eager = fn(...(good as never[])).dataSync();
      assert.deepEqual(captured(...good).dataSync(), eager);
      assert.throws(() => fn(...(bad as never[])));
      assert.throws(() => captured(...bad), oneLine(says));
      assert.deepEqual(captured(...good).dataSync(), eager, "it goes on");
      captured.dispose();
    });
  }

  test(`${compile}: results whose size depends on values are refused: JavaScript has seen one size only`, async () => {
    const mean = (x: Tensor) => {
      const { values } = tf.unique(x) as { values: Tensor };
      return tf.div(tf.sum(values), values.size);
    };
    await assert.rejects(
      capture(mean, [tf.zeros([4])], { compile }),
      oneLine(/UniqueV2 .* size .*: do it outside and pass the result as an input$/),
    );
    await assert.rejects(
      capture(
        (boxes, scores) => tf.image.nonMaxSuppression(boxes as never, scores as never, 3),
        [tf.zeros([3, 4]), tf.ones([3])],
      ),
      oneLine(/NonMaxSuppressionV3 .* size /),
    );
  });

  test(`${compile}: what TensorFlow says of an op while it is recorded is one line`, async () => {
    const expected = /TensorFlow says of Acos: Value for attr 'T' of int32 is not in the list of allowed values/;
    await assert.rejects(
      capture((x) => tf.acos(x), [ints(0)], { compile }),
      oneLine(expected),
    );
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    const loss: Loss = (targets) => tf.sum(tf.acos(tf.cast(targets, "int32"))) as Scalar;
    const trainer = await captureTraining(model, { loss, compile });
    assert.throws(() => trainer.step(tf.ones([1, 2]), tf.ones([1, 1]), 0.1), oneLine(expected));
  });

  test(`${compile}: a tensor that a layer keeps from call to call is refused, one that it made for good isn't`, async () => {
    class Keeps extends tf.layers.Layer {
      static readonly className = "Keeps";
      private factor: Tensor = tf.keep(tf.scalar(1));
      private readonly lazy: { half?: Tensor } = {};
      constructor(private readonly grows: boolean) {
        super({});
      }
      override computeOutputShape(shape: number[]) {
        return shape;
      }
      override call(x: Tensor | Tensor[]): Tensor {
        this.lazy.half ??= tf.keep(tf.scalar(0.5));
        const result = tf.mul(tf.mul([x].flat()[0]!, this.factor), this.lazy.half);
        if (this.grows) this.factor = tf.keep(tf.add(this.factor, 1));
        return result;
      }
    }
    const x = tf.ones([2, 3]);
    const model = (grows: boolean) =>
      tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] }), new Keeps(grows) as never] });
    const trainer = await captureTraining(model(true), { loss: squares, optimizer: sgd(), compile });
    assert.throws(
      () => trainer.step(x, tf.ones([2, 2]), 0.1),
      (error) => error instanceof CaptureError && oneLine(/result of Add is kept .*tf\.variable/)(error),
    );
    const fine = await captureTraining(model(false), { loss: squares, optimizer: sgd(), compile });
    assert.ok(fine.step(x, tf.ones([2, 2]), 0.1) > 0);
  });

  test(`${compile}: a loss that isn't finite behind a model inside, or a shared layer, is diagnosed`, async () => {
    const shared = tf.layers.dense({ units: 3, inputShape: [3], kernelInitializer: "ones" });
    const inner = tf.sequential({ layers: [shared] });
    const input = tf.input({ shape: [3] });
    const both = [inner.apply(input), shared.apply(input)] as SymbolicTensor[];
    const model = tf.model({ inputs: input, outputs: tf.layers.add().apply(both) as SymbolicTensor });
    const trainer = await captureTraining(model, { loss: squares, optimizer: sgd(), compile });
    const [x, y] = [tf.fill([2, 3], 2e38), tf.zeros([2, 3])];
    const held = tf.memory().numTensors;
    assert.ok(!Number.isFinite(trainer.step(x, y, 0)));
    assert.match(trainer.badTensor!, /^the output of layer sequential\w*, Infinity$/);
    assert.ok(tf.memory().numTensors <= held + 1); // the learning rate is kept
    trainer.dispose();
  });

  test(`${compile}: a layer inside a nested model and beside it trains once a step, as by a tf.train optimizer`, async () => {
    const model = (): LayersModel => {
      const shared = tf.layers.dense({
        units: 3,
        inputShape: [3],
        activation: "tanh",
        kernelInitializer: tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: 1 }) as never,
      });
      const inner = tf.sequential({ layers: [shared] });
      const input = tf.input({ shape: [3] });
      const both = [inner.apply(input), shared.apply(input)] as SymbolicTensor[];
      return tf.model({ inputs: input, outputs: tf.layers.add().apply(both) as SymbolicTensor });
    };
    const [x, y] = [0, 1].map((seed) => tf.randomUniform([4, 3], -1, 1, "float32", 5 + seed)) as [Tensor, Tensor];
    const [ours, theirs] = [model(), model()];
    const optimizer = tf.train.sgd(0.1);
    const eagerly = () =>
      optimizer.minimize(() => squares(y, theirs.apply(x) as Tensor), true, theirs.layers[1]!.weights.map(variable));
    const trainer = await captureTraining(ours, { loss: squares, optimizer: sgd(), compile });
    const losses = [0, 1, 2].map(() => [trainer.step(x, y, 0.1), eagerly()!.dataSync()[0]!] as const);
    const several = trainer.steps(tf.stack([x, x]), tf.stack([y, y]), [0.1, 0.1]);
    for (const loss of several) losses.push([loss, eagerly()!.dataSync()[0]!]);
    for (const [got, want] of losses) assert.ok(Math.abs(got - want) < 1e-6, `${losses}`);
    const kernel = (of: LayersModel) => Array.from(of.getWeights()[0]!.dataSync());
    kernel(ours).forEach((value, i) => assert.ok(Math.abs(value - kernel(theirs)[i]!) < 1e-6));
  });
}
