import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { capture, captureTraining, scan } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const modes = ["graph", "xla"] as const;

for (const compile of modes) {
  test(`${compile}: a captured function inside another capture, and inside scan's cell, is recorded with it`, async () => {
    const triple = await capture((x: Tensor) => x.mul(3) as Tensor, [tf.ones([1])], { compile });
    const outer = await capture((x: Tensor) => triple(x).add(1) as Tensor, [tf.ones([1])], { compile });
    assert.deepEqual(values(outer(tf.tensor1d([10]))), [31]);
    const step = await capture(
      (h: Tensor, i: Tensor) => h.mul(2).add(i) as Tensor,
      [tf.ones([1, 1]), tf.ones([1, 1])],
      {
        compile,
      },
    );
    const loop = await capture(
      (x: Tensor) => scan(({ h }, i) => ({ state: { h: step(h, i) } }), { h: tf.zeros([1, 1]) }, x).state.h,
      [tf.zeros([1, 3, 1])],
      { compile },
    );
    assert.deepEqual(values(loop(tf.tensor3d([1, 2, 3], [1, 3, 1]))), [11]);
    for (const each of [triple, outer, step, loop]) each.dispose();
  });

  test(`${compile}: a captured function is differentiated, eagerly and inside a capture`, async () => {
    const square = await capture((x: Tensor) => x.square() as Tensor, [tf.ones([1])], { compile });
    const slope = (x: Tensor) => tf.grad((y: Tensor) => square(y).add(y).sum())(x);
    assert.deepEqual(values(slope(tf.tensor1d([3]))), [7]);
    const captured = await capture(slope, [tf.ones([1])], { compile });
    assert.deepEqual(values(captured(tf.tensor1d([5]))), [11]);
    square.dispose();
    captured.dispose();
  });

  test(`${compile}: a variable that is written is written at each call, and not by the recording`, async () => {
    const v = tf.variable(tf.scalar(0));
    const sum = await capture(
      (x: Tensor) => {
        v.assign(v.add(x) as Scalar);
        return v.add(0) as Tensor;
      },
      [tf.scalar(2)],
      { compile },
    );
    assert.equal(v.dataSync()[0], 0);
    assert.deepEqual([values(sum(tf.scalar(2))), values(sum(tf.scalar(2)))], [[2], [4]]);
    assert.equal(v.dataSync()[0], 4);
    v.assign(tf.scalar(10));
    assert.deepEqual(values(sum(tf.scalar(1))), [11]);
    sum.dispose();
    v.dispose();
    assert.throws(() => sum(tf.scalar(1)), /was disposed: capture it again/);
  });

  test(`${compile}: a variable that is read has its present value, a clone of it that of before`, async () => {
    const start = tf.scalar(3);
    const v = tf.variable(start, true, `read-${compile}`);
    const frozen = v.clone();
    const captured = await capture((x: Tensor) => [x.mul(v), x.mul(frozen), x.mul(start)] as Tensor[], [tf.scalar(1)], {
      compile,
    });
    v.assign(tf.scalar(7));
    assert.deepEqual(captured(tf.scalar(2)).map(values), [[14], [6], [6]]);
    v.dispose();
    assert.throws(
      () => captured(tf.scalar(2)),
      new RegExp(`the variable read-${compile}, which it reads, was disposed`),
    );
    captured.dispose();
  });

  test(`${compile}: a variable inside scan's cell takes part in the gradient`, async () => {
    const v = tf.variable(tf.tensor1d([2]));
    const loss = (x: Tensor) =>
      tf.sum(
        scan(({ h }, i) => ({ state: { h: h.mul(v).add(i) as Tensor } }), { h: tf.zeros([1, 1]) }, x).state.h,
      ) as Scalar;
    const slope = (x: Tensor) => tf.variableGrads(() => loss(x), [v]).grads[v.name]!;
    const x = tf.tensor3d([1, 2, 3], [1, 3, 1]);
    const captured = await capture(slope, [tf.zeros([1, 3, 1])], { compile });
    assert.deepEqual(values(captured(x)), values(slope(x)));
    v.assign(tf.tensor1d([5]));
    assert.deepEqual(values(captured(x)), values(slope(x)));
    captured.dispose();
  });

  for (const [name, make] of Object.entries({
    sgd: () => tf.train.sgd(0.1),
    momentum: () => tf.train.momentum(0.1, 0.9),
    adam: () => tf.train.adam(0.1),
    rmsprop: () => tf.train.rmsprop(0.1),
    adagrad: () => tf.train.adagrad(0.1),
    adadelta: () => tf.train.adadelta(0.1),
    adamax: () => tf.train.adamax(0.1),
  })) {
    test(`${compile}: tfjs's own ${name} trains at each call as it does eagerly, once its state is there`, async () => {
      const [a, b] = [tf.variable(tf.tensor1d([1, -2])), tf.variable(tf.tensor1d([1, -2]))];
      const step = (v: tf.Variable, optimizer: tf.Optimizer) => (x: Tensor) =>
        optimizer.minimize(() => tf.sum(tf.square(tf.sub(v, x))) as Scalar, true, [v])!;
      const [one, two] = [make(), make()];
      const x = tf.tensor1d([3, 4]);
      if (name !== "sgd")
        await assert.rejects(capture(step(a, one), [x], { compile }), /makes the variables? .*make them before/);
      const [first, second] = [make(), make()];
      step(a, first)(x);
      step(b, second)(x);
      const captured = await capture(step(a, first), [x], { compile });
      for (let i = 0; i < 4; i++) {
        const [loss, expected] = [captured(x), step(b, second)(x)].map((each) => each.dataSync()[0]!);
        assert.ok(Math.abs(loss! - expected!) < 1e-5 * expected!, `step ${i}: ${loss}, eagerly ${expected}`);
      }
      values(a).forEach((value, i) => assert.ok(Math.abs(value - values(b)[i]!) < 1e-5));
      captured.dispose();
      tf.dispose([a, b]);
      for (const each of [one, two, first, second]) each.dispose();
    });
  }
}

test("a training step inside a capture is refused, a prediction is recorded", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  const trainer = await captureTraining(model, { compile: "graph" });
  const [x, labels] = [tf.ones([1, 2]), tf.tensor1d([0], "int32")];
  trainer.step(x, labels, 0.1);
  await assert.rejects(
    capture((y: Tensor) => y.mul(trainer.step(x, labels, 0.1)) as Tensor, [tf.ones([1])]),
    /a training step can't run inside a captured function/,
  );
  const both = await capture((y: Tensor) => trainer.predict(y).mul(2) as Tensor, [tf.zeros([1, 2])]);
  assert.deepEqual(values(both(x)), values(trainer.predict(x).mul(2)));
  assert.deepEqual(
    values(tf.grad((y: Tensor) => trainer.predict(y).sum())(x)),
    values(tf.grad((y: Tensor) => (model.apply(y) as Tensor).sum())(x)),
  );
  both.dispose();
  trainer.dispose();
});

test("what leaks out of scan's cell is refused; what depends on no input may be kept", async () => {
  const x = tf.tensor3d([1, 2, 3], [1, 3, 1]);
  const leaking = (y: Tensor) => {
    const list: Tensor[] = [];
    scan(
      ({ h }, i) => {
        const o = h.add(i) as Tensor;
        list.push(o);
        return { state: { h: o } };
      },
      { h: tf.zeros([1, 1]) },
      y,
    );
    return tf.stack(list, 1);
  };
  assert.deepEqual(values(leaking(x)), [1, 3, 6]);
  await assert.rejects(capture(leaking, [x]), /from inside scan's cell.*return it as the cell's output/);
  await assert.rejects(
    capture((y: Tensor) => tf.grad((z: Tensor) => leaking(z).sum())(y), [x]),
    /from inside scan's cell/,
  );
  let kept: Tensor | undefined;
  const caching = await capture(
    (y: Tensor) =>
      scan(
        ({ h }, i) => {
          kept ??= tf.keep(tf.add(tf.ones([1, 1]), 1));
          return { state: { h: h.mul(kept).add(i) as Tensor } };
        },
        { h: tf.zeros([1, 1]) },
        y,
      ).state.h,
    [x],
  );
  assert.deepEqual(values(caching(x)), [11]);
  caching.dispose();
});

test("what a function keeps and returns is of each call; kept alone it is refused", async () => {
  const x = tf.scalar(3);
  let kept: Tensor | undefined;
  const returning = (y: Tensor) => {
    kept = tf.keep(tf.square(y));
    return [tf.add(kept, 1), kept];
  };
  const before = tf.memory().numTensors;
  const both = await capture(returning, [x]);
  assert.ok(kept!.isDisposed, "the tensor that stood for it at the recording isn't left");
  const [more, own] = both(tf.scalar(4)) as [Tensor, Tensor];
  assert.deepEqual([values(more), values(own)], [[17], [16]]);
  tf.dispose([more, own]);
  both.dispose();
  assert.ok(tf.memory().numTensors <= before + 1);
  let once: Tensor | undefined;
  const caching = (y: Tensor) => {
    once ??= tf.keep(tf.square(y)) as Tensor;
    return once;
  };
  (await capture(caching, [x])).dispose();
  await assert.rejects(capture(caching, [x]), /output 0 of the function was disposed: return a tensor that is there/);
  const hiding = (y: Tensor) => tf.add(tf.keep(tf.square(y)), 1);
  await assert.rejects(capture(hiding, [x]), /is kept from call to call \(tf.keep\).*return it as an output/);
});

test("eager scan refuses a state that changes its shape, as the captured one", async () => {
  const growing = (x: Tensor) =>
    scan(({ h }, i) => ({ state: { h: tf.concat([h, i], 1) } }), { h: tf.zeros([1, 1]) }, x).state.h;
  const x = tf.zeros([1, 3, 1]);
  assert.throws(() => growing(x), /turns state h from float32 \[1,1\] into float32 \[1,2\]/);
  await assert.rejects(capture(growing, [x]), /turns state h from float32 \[1,1\] into float32 \[1,2\]/);
});

test("variables of text and of complex numbers may be there; read, they are refused by name", async () => {
  const others = [
    tf.variable(tf.tensor1d(["a"]) as Tensor, false, "words"),
    tf.variable(tf.complex([1], [2]) as Tensor, false, "waves"),
  ];
  const x = tf.scalar(1);
  const plain = await capture((y: Tensor) => tf.add(y, 1), [x]);
  assert.deepEqual(values(plain(x)), [2]);
  for (const other of others)
    await assert.rejects(
      capture((y: Tensor) => [y, tf.clone(other)], [x]),
      new RegExp(`the variable ${other.name} has type ${other.dtype}, only float32, int32 and bool can be captured`),
    );
  plain.dispose();
  tf.dispose(others);
});
