import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { capture, scan } from "../src/index.js";
import { tf } from "../src/tensorflow.js";
import { near } from "./crowd.js";

/** Ops of one or two tensors of one shape, [batch, size], that have gradients everywhere. */
const UNARY = {
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  softmax: tf.softmax,
  sin: tf.sin,
  elu: tf.elu,
  square: (x: Tensor) => tf.square(tf.tanh(x)),
  reverse: (x: Tensor) => tf.reverse(x, 1),
  roll: (x: Tensor) => tf.concat([tf.slice(x, [0, 1]), tf.slice(x, [0, 0], [-1, 1])], 1),
  mean: (x: Tensor) => tf.add(x, tf.mean(x, 1, true)),
  exp: (x: Tensor) => tf.exp(tf.tanh(x)),
  transpose: (x: Tensor) => tf.reshape(tf.transpose(tf.reshape(x, [x.shape[0]!, 2, -1]), [0, 2, 1]), x.shape),
} satisfies Record<string, (x: Tensor) => Tensor>;
const BINARY = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  maximum: (a: Tensor, b: Tensor) => tf.maximum(a, b),
  gate: (a: Tensor, b: Tensor) => tf.mul(tf.relu(a), b),
  mix: (a: Tensor, b: Tensor) => tf.add(tf.mul(tf.sigmoid(a), b), tf.mul(tf.sub(1, tf.sigmoid(a)), a)),
  div: (a: Tensor, b: Tensor) => tf.div(a, tf.add(tf.square(b), 1)),
} satisfies Record<string, (a: Tensor, b: Tensor) => Tensor>;

const names = <T extends object>(table: T) => fc.constantFrom(...(Object.keys(table) as (keyof T)[]));

/** A cell: each line computes a value of the ones before, h, c, the input, the weighted h. */
export const drawnCell = fc.record({
  lines: fc.array(fc.record({ unary: names(UNARY), binary: names(BINARY), a: fc.nat(20), b: fc.nat(20) }), {
    minLength: 1,
    maxLength: 6,
  }),
  h: fc.nat(20),
  c: fc.nat(20),
  output: fc.option(fc.nat(20), { nil: undefined }),
  batch: fc.integer({ min: 1, max: 3 }),
  steps: fc.integer({ min: 1, max: 4 }),
  half: fc.integer({ min: 1, max: 2 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});
export type DrawnCell = typeof drawnCell extends fc.Arbitrary<infer T> ? T : never;

/** Runs a drawn cell under scan, eagerly and captured, with all its gradients. @throws Error where a number differs */
export async function scansAsEager(drawn: DrawnCell, compile: "graph" | "xla"): Promise<void> {
  const { batch, steps, half, seed } = drawn;
  const size = 2 * half;
  const inputs = [
    [size, size],
    [batch, size],
    [batch, size],
    [batch, steps, size],
  ].map((shape, i) => tf.randomUniform(shape, -1, 1, "float32", seed + i));
  const run = (w: Tensor, h: Tensor, c: Tensor, x: Tensor): Scalar => {
    const { state, outputs } = scan(
      (before, input) => {
        const values = [before.h, before.c, input, tf.matMul(before.h as Tensor2D, w as Tensor2D)];
        const at = (i: number) => values[i % values.length]!;
        for (const { unary, binary, a, b } of drawn.lines)
          values.push(BINARY[binary](UNARY[unary](at(a)) as Tensor, at(b)));
        // bounded, so that no cell explodes
        const next = { h: tf.tanh(at(drawn.h)), c: tf.tanh(at(drawn.c)) };
        return drawn.output === undefined ? { state: next } : { state: next, output: at(drawn.output) };
      },
      { h, c },
      x,
    );
    const sums = [tf.sum(state.h), tf.sum(tf.mul(state.c, 2)), ...(outputs ? [tf.sum(tf.sin(outputs))] : [])];
    // tfjs refuses the gradient of what has no part in the result: here everything has a small one
    return [w, h, c, x].reduce(
      (sum, part) => tf.add(sum, tf.mul(tf.sum(part), 0.1)),
      sums.reduce((a, b) => tf.add(a, b)),
    ) as Scalar;
  };
  const all = (...tensors: Tensor[]): Tensor[] => {
    const { value, grads } = tf.valueAndGrads((...given) => run(...(given as [Tensor, Tensor, Tensor, Tensor])))(
      tensors,
    );
    return [value, ...grads];
  };
  const expected = tf.tidy(() => all(...inputs));
  const captured = await capture(
    all,
    inputs.map((tensor) => tf.zerosLike(tensor)),
    { compile },
  );
  try {
    captured(...inputs).forEach((tensor, i) =>
      near(`output ${i}`, Array.from(tensor.dataSync()), Array.from(expected[i]!.dataSync())),
    );
  } finally {
    captured.dispose();
    tf.dispose([...inputs, ...expected]);
  }
}
