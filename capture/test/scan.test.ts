import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { type CompileMode, capture, scan } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

const MODES: CompileMode[] = ["graph", "xla"];
const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);

function close(actual: Tensor[], expected: Tensor[], tolerance = 1e-5): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((tensor, k) => {
    assert.deepEqual(tensor.shape, expected[k]!.shape, `shape of output ${k}`);
    const [got, want] = [tensor.dataSync<"float32">(), expected[k]!.dataSync<"float32">()];
    const scale = want.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-2);
    got.forEach((value, i) => {
      assert.ok(Math.abs(value - want[i]!) <= tolerance * scale, `output ${k}[${i}] is ${value}, eagerly ${want[i]}`);
    });
  });
}

/** Captured and eager must agree on values and on gradients with respect to every input. */
async function agree(fn: (...inputs: Tensor[]) => Tensor[], inputs: Tensor[]): Promise<void> {
  const withGradients = (...list: Tensor[]) => {
    const outputs = fn(...list);
    const loss = (...again: Tensor[]) =>
      tf.addN(fn(...again).map((out, i) => tf.sum(tf.mul(tf.sin(out), i + 1)))) as never;
    return [...outputs, ...tf.grads(loss)(list)];
  };
  const expected = tf.tidy(() => withGradients(...inputs));
  for (const compile of MODES) {
    const captured = await capture((...list: Tensor[]) => withGradients(...list), inputs, { compile });
    close(captured(...inputs), expected);
    captured.dispose();
  }
}

test("a plain recurrent cell with weights from outside, its outputs too", async () => {
  await agree(
    (x, w, u, b) => {
      const cell = ({ h }: { h: Tensor }, input: Tensor) => {
        const next = tf.tanh(
          tf.add(tf.add(tf.matMul(input as Tensor2D, w as Tensor2D), tf.matMul(h as Tensor2D, u as Tensor2D)), b!),
        );
        return { state: { h: next }, output: tf.mul(next, 2) };
      };
      const { state, outputs } = scan(cell, { h: tf.zeros([3, 4]) }, x!);
      return [state.h, outputs!];
    },
    [random([3, 5, 2], 1), random([2, 4], 2), random([4, 4], 3), random([4], 4)],
  );
});

test("two states of different rank, an initial state that takes a gradient, every kind of product and reduction", async () => {
  await agree(
    (x, memory, w) => {
      const cell = ({ m, s }: { m: Tensor; s: Tensor }, input: Tensor) => {
        const key = tf.matMul(input as Tensor2D, w as Tensor2D);
        const [a, b] = tf.split(key, [3, 2], 1) as [Tensor2D, Tensor2D];
        const score = tf.reshape(tf.matMul(m as Tensor3D, tf.reshape(a, [2, 3, 1])), [2, 4]);
        const weights = tf.softmax(tf.mul(score, tf.sigmoid(tf.slice(b, [0, 0], [2, 1]))));
        const read = tf.reshape(tf.matMul(tf.reshape(weights, [2, 1, 4]), m as Tensor3D), [2, 3]);
        const outer = tf.matMul(tf.reshape(weights, [2, 4, 1]), tf.reshape(tf.tanh(a), [2, 1, 3]));
        const gram = tf.matMul(m as Tensor3D, m as Tensor3D, true, false); // [2, 3, 3]
        const mean = tf.mean(gram, [1, 2]);
        const best = tf.max(score, 1, true);
        return {
          state: {
            m: tf.add(tf.mul(m, 0.9), outer),
            s: tf.add(tf.mul(s, tf.reshape(mean, [2, 1])), tf.concat([read, tf.sub(best, 1)], 1)),
          },
        };
      };
      const { state } = scan(cell, { m: memory as Tensor, s: tf.zeros([2, 4]) }, x!);
      return [state.m!, state.s!];
    },
    [random([2, 6, 3], 5), random([2, 4, 3], 6), random([3, 5], 7)],
  );
});

test("ops without a rule for the batch-minor layout are computed between transposes", async () => {
  await agree(
    (x, w) => {
      const cell = ({ h }: { h: Tensor }, input: Tensor) => {
        const mixed = tf.cumsum(tf.concat([input, h], 1), 1); // cumsum has no rule
        const flipped = tf.reverse(tf.matMul(mixed as Tensor2D, w as Tensor2D), 1);
        return { state: { h: tf.tanh(tf.add(flipped, tf.sum(tf.square(input)))) } }; // a sum over batch and features
      };
      return [scan(cell, { h: tf.ones([3, 2]) }, x!).state.h];
    },
    [random([3, 4, 2], 8), random([4, 2], 9)],
  );
});

test("a tensor of the batch from outside, a weight used twice, a clone of a weight", async () => {
  await agree(
    (x, context, w) => {
      const twin = w!.clone();
      const cell = ({ h }: { h: Tensor }, input: Tensor) => ({
        state: {
          h: tf.sigmoid(
            tf.add(
              tf.mul(tf.matMul(h as Tensor2D, twin as Tensor2D), context!),
              tf.matMul(input as Tensor2D, w as Tensor2D),
            ),
          ),
        },
      });
      return [scan(cell, { h: tf.fill([2, 3], 0.1) }, x!).state.h];
    },
    [random([2, 4, 3], 10), random([2, 3], 11), random([3, 3], 12)],
  );
});

test("a gradient reaches a tensor from outside the capture that only the cell uses", async () => {
  const w0 = random([2, 2], 21) as Tensor2D;
  const fn = (x: Tensor) =>
    tf.grad((w: Tensor) => {
      const cell = ({ h }: { h: Tensor }, input: Tensor) => ({
        state: { h: tf.tanh(tf.add(tf.matMul(input as Tensor2D, w as Tensor2D), h)) },
      });
      return tf.add(tf.sum(scan(cell, { h: tf.zeros([3, 2]) }, x).state.h), tf.sum(tf.square(w)));
    })(w0);
  const x = random([3, 4, 2], 22);
  for (const compile of MODES) close([(await capture(fn, [x], { compile }))(x)], [fn(x)]);
});

test("an int32 state is carried along", async () => {
  await agree(
    (x, w) => {
      const cell = ({ h, n }: { h: Tensor; n: Tensor }, input: Tensor) => ({
        state: {
          h: tf.tanh(tf.add(tf.matMul(input as Tensor2D, w as Tensor2D), tf.mul(h, tf.cast(n, "float32")))),
          n: tf.add(n, tf.ones([3, 1], "int32")),
        },
      });
      return [scan(cell, { h: tf.zeros([3, 2]), n: tf.zeros([3, 1], "int32") }, x!).state.h];
    },
    [random([3, 4, 2], 23), random([2, 2], 24)],
  );
});

test("two scans in a row, one step, a batch of one", async () => {
  for (const [batch, steps] of [
    [1, 3],
    [2, 1],
  ] as const) {
    await agree(
      (x, w) => {
        const cell = ({ h }: { h: Tensor }, input: Tensor) => {
          const next = tf.tanh(tf.add(tf.matMul(input as Tensor2D, w as Tensor2D), h));
          return { state: { h: next }, output: next };
        };
        const first = scan(cell, { h: tf.zeros([batch, 2]) }, x!);
        return [scan(cell, { h: first.state.h }, first.outputs!).state.h];
      },
      [random([batch, steps, 2], 13), random([2, 2], 14)],
    );
  }
});

test("the graph doesn't grow with the number of steps", async () => {
  const sizes = [];
  for (const steps of [5, 50]) {
    const w = random([2, 2], 15) as Tensor2D;
    const cell = ({ h }: { h: Tensor }, input: Tensor) => ({
      state: { h: tf.tanh(tf.add(tf.matMul(input as Tensor2D, w), h)) },
    });
    const captured = await capture(
      (x: Tensor) => scan(cell, { h: tf.zeros([2, 2]) }, x).state.h,
      [tf.zeros([2, steps, 2])],
    );
    sizes.push(captured.ops);
    captured.dispose();
  }
  assert.equal(sizes[0], sizes[1]);
});

test("a cell that changes its state's shape, or loses a state, is refused in one line", async () => {
  const wider = (x: Tensor) =>
    scan(({ h }: { h: Tensor }) => ({ state: { h: tf.concat([h, h], 1) } }), { h: tf.zeros([2, 2]) }, x).state.h;
  await assert.rejects(
    capture(wider, [tf.zeros([2, 3, 2])]),
    /turns state h from float32 \[2,2\] into float32 \[2,4\]/,
  );
  const loses = (x: Tensor) => scan((() => ({ state: {} })) as never, { h: tf.zeros([2, 2]) }, x).state.h;
  assert.throws(() => loses(tf.zeros([2, 3, 2])), /new state lacks h/);
  assert.throws(
    () => scan(({ h }: { h: Tensor }) => ({ state: { h } }), { h: tf.zeros([2]) }, tf.zeros([2])),
    /expected \[batch, steps, \.\.\.\]/,
  );
  const single = (x: Tensor) =>
    scan(({ h }: { h: Tensor }, i) => ({ state: { h }, output: tf.mean(i) }), { h: tf.zeros([2]) }, x).state.h;
  const message = /the cell's output is a scalar, expected \[batch, \.\.\.\]/;
  assert.throws(() => single(tf.zeros([2, 3, 2])), message);
  await assert.rejects(capture(single, [tf.zeros([2, 3, 2])]), message);
});

test("a loop ends after as many steps as an input says; outputs and gradients are 0 from there on, whatever a call before left", async () => {
  const [x, w] = [random([2, 5, 3], 1), random([3, 3], 2)] as [Tensor3D, Tensor2D];
  const cell = (w: Tensor) => (state: { h: Tensor }, input: Tensor) => {
    const h = tf.tanh(tf.add(input, tf.matMul(state.h as Tensor2D, w as Tensor2D)));
    return { state: { h }, output: tf.square(h) };
  };
  const fn = (x: Tensor, w: Tensor, steps: Tensor) => {
    const run = (x: Tensor, w: Tensor) => scan(cell(w), { h: tf.zeros([2, 3]) as Tensor }, x, { steps });
    const loss = (x: Tensor, w: Tensor) => {
      const { state, outputs } = run(x, w);
      return tf.add(tf.sum(tf.sin(outputs!)), tf.sum(state.h)) as never;
    };
    const { state, outputs } = run(x, w);
    return [state.h, outputs!, ...tf.grads(loss)([x, w])];
  };
  for (const compile of MODES) {
    const captured = await capture(fn, [x, w, tf.scalar(5, "int32")], { compile });
    for (const steps of [5, 2, 1, 9]) {
      const got = captured(x, w, tf.scalar(steps, "int32")) as Tensor[];
      close(got, fn(x, w, tf.scalar(steps, "int32")));
      const after = [got[1]!, got[2]!].flatMap((tensor) =>
        Array.from(tf.slice(tensor, [0, Math.min(steps, 5), 0]).dataSync()),
      );
      assert.deepEqual(after, new Array(after.length).fill(0));
    }
    captured.dispose();
  }
  assert.throws(
    () => scan(cell(w), { h: tf.zeros([2, 3]) as Tensor }, x, { steps: 3 as never }),
    /steps is 3, expected an int32 scalar/,
  );
});

test("a loop of no step is refused with the number, eagerly and at a call, in a gradient too", async () => {
  const x = random([2, 3, 2], 1);
  const cell = ({ h }: { h: Tensor }, input: Tensor) => ({ state: { h: tf.add(h, input) }, output: h });
  const run = (x: Tensor, steps: Tensor) => scan(cell, { h: tf.zeros([2, 2]) as Tensor }, x, { steps }).state.h;
  const both = (x: Tensor, steps: Tensor) => [
    run(x, steps),
    tf.grad((x) => tf.sum(tf.square(run(x, steps))) as never)(x),
  ];
  const variable = tf.variable(tf.scalar(2, "int32"), false);
  for (const compile of MODES) {
    const captured = await capture(both, [x, tf.scalar(2, "int32")], { compile });
    const reads = await capture((x: Tensor) => run(x, variable), [x], { compile });
    for (const steps of [0, -1]) {
      const refused = new RegExp(`^scan: steps is ${steps}, expected at least 1: [^\n]*$`);
      assert.throws(() => run(x, tf.scalar(steps, "int32")), { message: refused });
      assert.throws(() => captured(x, tf.scalar(steps, "int32")), { message: refused });
      variable.assign(tf.scalar(steps, "int32"));
      assert.throws(() => reads(x), { message: refused });
    }
    close(captured(x, tf.scalar(2, "int32")) as Tensor[], both(x, tf.scalar(2, "int32")));
    captured.dispose();
    reads.dispose();
  }
});

test("eagerly, an output that is missing or another after some steps is refused, and not put elsewhere", () => {
  const x = random([2, 3, 2], 1);
  const outputs = [tf.zeros([2, 2]), tf.zeros([2, 3])];
  for (const [first, then, says] of [
    [outputs[0], undefined, /the cell's output is missing after a step, after the first it was float32 \[2,2\]/],
    [undefined, outputs[0], /the cell's output is float32 \[2,2\] after a step, after the first it was missing/],
    [
      outputs[0],
      outputs[1],
      /the cell's output is float32 \[2,3\] after a step, after the first it was float32 \[2,2\]/,
    ],
  ] as const) {
    let step = 0;
    const cell = ({ h }: { h: Tensor }) => {
      const output = step++ === 0 ? first : then;
      return output ? { state: { h }, output } : { state: { h } };
    };
    assert.throws(() => scan(cell, { h: tf.zeros([2]) as Tensor }, x), says);
  }
});

test("a cell that is a long chain of cheap ops, each of which uses the one before twice, is recorded in no time", async () => {
  const start = performance.now();
  await agree(
    (x, w) => {
      const cell = ({ y }: { y: Tensor }, input: Tensor) => {
        let next = tf.add(y, input);
        for (let i = 0; i < 40; i++) next = tf.add(next, tf.mul(next, 0.01));
        return { state: { y: tf.mul(next, w!) } };
      };
      return [scan(cell, { y: tf.zeros([2, 3]) }, x!).state.y];
    },
    [random([2, 4, 3], 1), random([3], 2)],
  );
  assert.ok(performance.now() - start < 60_000);
});
