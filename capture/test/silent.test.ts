/** What once was silently another value than eagerly, or than by fit: each is right now, or refused in one line. */
import "./environment.js";
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { LayersModel, Scalar, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { CaptureError, capture, captureTraining, type Loss, scan, sgd } from "../src/index.js";
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

/** Keeps its kernel within a bound, as nobody else does: tfjs's layers have no say in it while they are captured. */
class Clipped extends tf.layers.Layer {
  static className = "TestClipped";
  private kernel: ReturnType<tf.layers.Layer["addWeight"]> | undefined;

  override build(shape: number[]): void {
    this.kernel = this.addWeight("kernel", [shape.at(-1)!, 1], "float32", tf.initializers.ones());
    super.build(shape);
  }

  override computeOutputShape([batch]: number[]) {
    return [batch!, 1];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      this.kernel!.write(tf.clipByValue(this.kernel!.read(), -0.9, 0.9));
      return tf.matMul([inputs].flat()[0] as tf.Tensor2D, this.kernel!.read() as tf.Tensor2D);
    });
  }
}
tf.serialization.registerClass(Clipped);

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: a weight that the forward pass sets is trained as by fit`, async () => {
    const make = () => tf.sequential({ layers: [new Clipped({ inputShape: [3] } as never)] });
    const weightOf = (model: LayersModel) => Array.from(model.getWeights()[0]!.dataSync());
    const [x, y, rates] = [tf.ones([4, 3]), tf.zeros([4, 1]), [0.1, 0.1, 0.1]];
    const fitted = make();
    fitted.compile({ optimizer: tf.train.sgd(0.1), loss: squares as never });
    const losses: number[] = [];
    for (const _ of rates) {
      const { history } = await fitted.fit(x, y, { epochs: 1, batchSize: 4, verbose: 0 });
      losses.push(history.loss![0] as number);
    }
    assert.ok(losses[2]! < losses[0]! / 10, `${losses}`);
    const [one, all] = [make(), make()];
    const by = async (model: LayersModel) => captureTraining(model, { optimizer: sgd(), loss: squares, compile });
    const stepping = await by(one);
    assert.deepEqual(
      rates.map((rate) => stepping.step(x, y, rate)),
      losses,
    );
    assert.deepEqual(weightOf(one), weightOf(fitted));
    assert.deepEqual((await by(all)).steps(tf.ones([3, 4, 3]), tf.zeros([3, 4, 1]), rates), losses);
    assert.deepEqual(weightOf(all), weightOf(fitted));
  });

  test(`${compile}: fewer steps than a call has room for, and batches in an order of their own, are no mistake`, async () => {
    const dense = () => tf.layers.dense({ units: 1, inputShape: [3], kernelInitializer: "ones" });
    const counted: Loss = (targets, predictions) => {
      const above = tf.sum(tf.cast(tf.greater(targets, 0), "int32"));
      const share = tf.cast(tf.floorDiv(tf.scalar(8, "int32"), above), "float32");
      return tf.mul(tf.mean(tf.squaredDifference(targets, predictions)), share) as Scalar;
    };
    const trainer = await captureTraining(tf.sequential({ layers: [dense()] }), {
      optimizer: sgd(),
      loss: counted,
      compile,
    });
    const x = (...shape: number[]) => tf.ones([...shape, 3]);
    assert.equal(trainer.steps(x(2, 4), tf.ones([2, 4, 1]), [0.01]).length, 1);
    // the second batch of two is what is wrong
    const half = tf.stack([tf.ones([4, 1]), tf.zeros([4, 1])]);
    assert.throws(() => trainer.steps(x(2, 4), half, [0.01, 0.01]), /division by zero|FloorDiv of integers is given/i);

    const [values, places] = [tf.input({ shape: [3] }), tf.input({ batchShape: [4], dtype: "int32" })];
    class Placed extends tf.layers.Layer {
      static className = `TestPlaced${compile}`;
      override computeOutputShape() {
        return [4, 1];
      }
      override call(inputs: Tensor | Tensor[]): Tensor {
        const [found, at] = [inputs].flat() as [Tensor, Tensor];
        return tf.tidy(() => tf.add(found, tf.reshape(tf.sparseToDense(at, tf.ones([4]) as never, [4], 0), [4, 1])));
      }
    }
    const answer = new Placed({}).apply([dense().apply(values) as SymbolicTensor, places]) as SymbolicTensor;
    const model = tf.model({ inputs: [values, places], outputs: answer });
    const placed = await captureTraining(model, { optimizer: sgd(), loss: squares, compile });
    const order = tf.range(0, 4, 1, "int32");
    assert.equal(placed.steps([x(2, 4), tf.stack([order, order])], tf.ones([2, 4, 1]), [0.01, 0.01]).length, 2);
  });

  test(`${compile}: a loss's own loop may not run no step in any batch of a call`, async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
    const looped: Loss = (targets, predictions) => {
      const steps = tf.cast(tf.max(targets), "int32") as Scalar;
      const inputs = tf.ones([4, 3, 1]);
      const { h } = scan(({ h }, input) => ({ state: { h: tf.add(h, input) } }), { h: predictions }, inputs, {
        steps,
      }).state;
      return tf.mean(tf.square(h)) as Scalar;
    };
    const trainer = await captureTraining(model, { optimizer: sgd(), loss: looped, compile });
    const targets = tf.stack([tf.ones([4, 1]), tf.zeros([4, 1])]);
    assert.throws(
      () => trainer.steps(tf.ones([2, 4, 3]), targets, [0.1, 0.1]),
      /scan: steps is 0, expected at least 1/,
    );
  });

  test(`${compile}: a value that is read inside tf.customGrad is refused`, async () => {
    const scaled = (x: Tensor) =>
      tf.customGrad((given) => {
        const most = (given as Tensor).max().dataSync()[0]!;
        return { value: (given as Tensor).div(most), gradFunc: (dy: Tensor) => [dy] };
      })(x);
    await assert.rejects(capture(scaled, [ints(1, 2)], { compile }), oneLine(/the value of a result of Max was read/));
    const later = (x: Tensor) =>
      tf.customGrad((given) => {
        void (given as Tensor).max().data();
        return { value: (given as Tensor).neg(), gradFunc: (dy: Tensor) => [dy] };
      })(x);
    await assert.rejects(capture(later, [ints(1, 2)], { compile }), oneLine(/the value of a result of Max was read/));
  });

  test(`${compile}: states and outputs of whole numbers take no gradient and break none`, async () => {
    const counting = (x: Tensor, steps: Tensor) =>
      tf.grad((from) => {
        const cell = ({ k, h }: { k: Tensor; h: Tensor }, input: Tensor) => ({
          state: { k: tf.add(k, tf.scalar(1, "int32")), h: tf.add(h, tf.mul(tf.cast(k, "float32"), input)) },
          output: tf.cast(h, "int32"),
        });
        return tf.sum(scan(cell, { k: tf.cast(from, "int32"), h: from }, steps).state.h);
      })(x);
    const [x, steps] = [tf.tensor2d([[1.5], [2.5]]), tf.ones([2, 3, 1])];
    const captured = await capture(counting, [x, steps], { compile });
    assert.deepEqual(Array.from((captured(x, steps) as Tensor).dataSync()), [1, 1]);
    const whole = (given: Tensor) =>
      tf.grad((from) => {
        const cell = ({ k }: { k: Tensor }, input: Tensor) => ({ state: { k: tf.add(k, input) } });
        const { k } = scan(cell, { k: ints(0, 0).reshape([2, 1]) }, tf.ones([2, 3, 1], "int32")).state;
        return tf.sum(tf.mul(from, tf.cast(k, "float32")));
      })(given);
    const all = await capture(whole, [x], { compile });
    assert.deepEqual(Array.from((all(x) as Tensor).dataSync()), [3, 3]);
  });
}

test("what runs TensorFlow past tfjs's ops is refused: it would run once", async () => {
  const writer = tf.node.summaryFileWriter(mkdtempSync(join(tmpdir(), "summaries-")));
  const told = (x: Tensor) => {
    writer.scalar("x", 1, 0);
    return tf.neg(x);
  };
  await assert.rejects(capture(told, [ints(1)]), oneLine(/writeScalarSummary can't be recorded/));
  writer.scalar("x", 1, 0);
  const backend = tf.backend() as unknown as { runSavedModel(...given: unknown[]): Tensor[] };
  const saved = (x: Tensor) => backend.runSavedModel(0, [x], [], [])[0]!;
  await assert.rejects(capture(saved, [ints(1)]), oneLine(/runSavedModel can't be recorded/));
  assert.ok(!Object.hasOwn(backend, "runSavedModel"), "the backend is as before");
});

test("a model with another layer than at capture is told, one with open classes is trained", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  const trainer = await captureTraining(model, { compile: "graph" });
  model.add(tf.layers.dense({ units: 2 }));
  assert.throws(
    () => trainer.step(tf.ones([3, 2]), ints(0, 1, 0), 0.1),
    oneLine(/has other layers than at captureTraining/),
  );

  class Lazy extends tf.layers.Layer {
    static className = "TestLazy";
    private layer: tf.layers.Layer | undefined;
    override call(inputs: Tensor | Tensor[]): Tensor | Tensor[] {
      this.layer ??= tf.layers.activation({ activation: "tanh" });
      return this.layer.call(inputs, {});
    }
  }
  const lazy = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] }), new Lazy({})] });
  const growing = await captureTraining(lazy, { compile: "graph" });
  for (let i = 0; i < 3; i++) assert.ok(growing.step(tf.ones([3, 2]), ints(0, 1, 0), 0.1) > 0);

  const pointing = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [null as never, 2] })] });
  pointing.add(tf.layers.reshape({ targetShape: [null as never] }));
  const pointer = await captureTraining(pointing, { compile: "graph" });
  assert.ok(pointer.step(tf.ones([3, 5, 2]), ints(0, 4, 2), 0.1) > 0);
  assert.throws(() => pointer.step(tf.ones([3, 5, 2]), ints(0, -1, 2), 0.1), oneLine(/label -1 is no class/));
});

test("the share of a training that is over reaches layers of models inside a model", async () => {
  const told: number[] = [];
  class Annealed extends tf.layers.Layer {
    static className = "TestAnnealed";
    trainingProgress(fraction: number) {
      told.push(fraction);
    }
  }
  const inner = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] }), new Annealed({})] });
  const trainer = await captureTraining(tf.sequential({ layers: [inner, tf.layers.dense({ units: 2 })] }));
  trainer.progress(0.25);
  assert.deepEqual(told, [0.25]);
});
