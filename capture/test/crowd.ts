import assert from "node:assert/strict";
import type { LayersModel, Scalar, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { adam, captureTraining, type Loss, type Optimizer } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

/** A layer as drawn: its kind and a few small numbers that it makes of what it needs. */
const layer = fc.record({
  kind: fc.constantFrom(
    "dense",
    "conv",
    "pool",
    "norm",
    "batchNorm",
    "lstm",
    "gru",
    "rnn",
    "residual",
    "prelu",
    "regularized",
    "repeat",
  ),
  size: fc.integer({ min: 1, max: 4 }),
  activation: fc.constantFrom(
    "linear",
    "tanh",
    "sigmoid",
    "relu",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "hardSigmoid",
    "swish",
    "mish",
  ),
  flag: fc.boolean(),
});

/** A small model and how it is trained, as drawn by fast-check. */
export const drawnModel = fc.record({
  input: fc.oneof(
    fc.record({ kind: fc.constant("vector" as const), size: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      kind: fc.constant("sequence" as const),
      steps: fc.integer({ min: 1, max: 5 }),
      size: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({
      kind: fc.constant("words" as const),
      steps: fc.integer({ min: 1, max: 5 }),
      size: fc.integer({ min: 2, max: 6 }),
    }),
  ),
  layers: fc.array(layer, { maxLength: 4 }),
  batch: fc.integer({ min: 1, max: 4 }),
  outputs: fc.integer({ min: 1, max: 2 }),
  optimizer: fc.constantFrom("sgd" as const, "momentum" as const, "adam" as const),
  seed: fc.integer({ min: 0, max: 1e6 }),
});
export type DrawnModel = typeof drawnModel extends fc.Arbitrary<infer T> ? T : never;

const uniform = (seed: number) => tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed }) as never;

/** The drawn model; the same weights each time. */
export function build({ input, layers, outputs, seed }: DrawnModel): LayersModel {
  let weights = seed;
  const kernel = () => ({ kernelInitializer: uniform(++weights) });
  const recurrent = () => ({ ...kernel(), recurrentInitializer: uniform(++weights) });
  const start = tf.input({
    shape: input.kind === "sequence" ? [input.steps, input.size] : [input.kind === "words" ? input.steps : input.size],
  });
  const apply = (made: { apply(x: never): unknown }, x: SymbolicTensor | SymbolicTensor[]) =>
    made.apply(x as never) as SymbolicTensor;
  let x =
    input.kind === "words"
      ? apply(
          tf.layers.embedding({ inputDim: input.size, outputDim: 2, embeddingsInitializer: uniform(++weights) }),
          start,
        )
      : start;
  for (const { kind, size, activation, flag } of layers) {
    const sequence = x.shape.length === 3;
    const [units, last, steps] = [size, x.shape.at(-1)!, x.shape[1]!];
    const act = { activation: activation as never };
    if (kind === "dense") x = apply(tf.layers.dense({ units, ...act, ...kernel(), useBias: flag }), x);
    else if (kind === "regularized")
      x = apply(
        tf.layers.dense({
          units,
          ...act,
          ...kernel(),
          kernelRegularizer: flag ? tf.regularizers.l1() : tf.regularizers.l2(),
        }),
        x,
      );
    else if (kind === "norm") x = apply(tf.layers.layerNormalization(), x);
    else if (kind === "batchNorm") x = apply(tf.layers.batchNormalization(), x);
    else if (kind === "prelu") x = apply(tf.layers.prelu({ alphaInitializer: uniform(++weights) }), x);
    else if (kind === "residual") {
      const inner = apply(tf.layers.dense({ units: last, ...act, ...kernel(), trainable: flag }), x);
      x = apply(flag ? tf.layers.add() : tf.layers.multiply(), [inner, x]);
    } else if (kind === "repeat" && !sequence) x = apply(tf.layers.repeatVector({ n: size }), x);
    else if (!sequence) x = apply(tf.layers.activation(act), x);
    else if (kind === "conv")
      x = apply(
        tf.layers.conv1d({
          filters: units,
          kernelSize: Math.min(size, steps),
          padding: flag ? "same" : "valid",
          ...act,
          ...kernel(),
        }),
        x,
      );
    else if (kind === "pool")
      x = apply((flag ? tf.layers.maxPooling1d : tf.layers.averagePooling1d)({ poolSize: Math.min(2, steps) }), x);
    else if (kind === "lstm") x = apply(tf.layers.lstm({ units, returnSequences: flag, ...recurrent() }), x);
    else if (kind === "gru") x = apply(tf.layers.gru({ units, returnSequences: flag, ...recurrent() }), x);
    else if (kind === "rnn") x = apply(tf.layers.simpleRNN({ units, returnSequences: flag, ...recurrent() }), x);
  }
  if (x.shape.length > 2) x = apply(tf.layers.flatten(), x);
  const ends = Array.from({ length: outputs }, () => apply(tf.layers.dense({ units: 2, ...kernel() }), x));
  return tf.model({ inputs: start, outputs: ends });
}

const squares: Loss = (targets, predictions) => tf.mean(tf.square(tf.sub(targets, predictions))) as Scalar;
const RATE = 0.02;
/** Steps until which rounding is still small. */
const EARLY = 3;

/** Each optimizer as a value, and tfjs's own of the same name. */
const OPTIMIZERS: Record<DrawnModel["optimizer"], { ours: Optimizer; theirs: () => tf.Optimizer }> = {
  sgd: {
    ours: {
      name: "sgd",
      init: () => [],
      update: (gradients, _state, parameters, rate) => ({
        parameters: parameters.map((p, i) => tf.sub(p, tf.mul(gradients[i]!, rate))),
        state: [],
      }),
    },
    theirs: () => tf.train.sgd(RATE),
  },
  momentum: {
    ours: {
      name: "momentum",
      init: (parameters) => parameters.map(({ shape }) => tf.zeros(shape)),
      update(gradients, state, parameters, rate) {
        const next = state.map((old, i) => tf.add(tf.mul(old, 0.9), gradients[i]!));
        return { parameters: parameters.map((p, i) => tf.sub(p, tf.mul(next[i]!, rate))), state: next };
      },
    },
    theirs: () => tf.train.momentum(RATE, 0.9),
  },
  // an epsilon far above rounding: Adam divides by the gradient's size, and would make steps of what is rounding where
  // it is 0
  adam: { ours: adam({ epsilon: 1e-2 }), theirs: () => tf.train.adam(RATE, 0.9, 0.999, 1e-2) },
};

/**
 * Trains a drawn model for ten steps by `fit` and by `captureTraining`.
 * @throws Error where a loss or a weight differs
 */
export async function trainsAsFit(drawn: DrawnModel, compile: "graph" | "xla"): Promise<void> {
  const [ours, theirs] = [build(drawn), build(drawn)];
  const { input, batch, seed, outputs } = drawn;
  const shape = theirs.inputs[0]!.shape.slice(1) as number[];
  const x =
    input.kind === "words"
      ? tf.tensor2d(
          Array.from({ length: batch * input.steps }, (_, i) => (seed + i * 7) % input.size),
          [batch, input.steps],
        )
      : tf.randomNormal([batch, ...shape], 0, 1, "float32", seed);
  const y = Array.from({ length: outputs }, (_, i) => tf.randomNormal([batch, 2], 0, 1, "float32", seed + 1 + i));
  const optimizer = OPTIMIZERS[drawn.optimizer];
  theirs.compile({ optimizer: optimizer.theirs(), loss: "meanSquaredError" });
  const weights = (model: LayersModel) => model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
  const losses: number[] = [];
  let early: number[] = [];
  let refusal: string | undefined;
  try {
    for (let i = 0; i < 10; i++) {
      const { history } = await theirs.fit(x, outputs === 1 ? y[0]! : y, {
        batchSize: batch,
        shuffle: false,
        verbose: 0,
      });
      losses.push(history.loss![0] as number);
      if (i + 1 === EARLY) early = weights(theirs);
    }
  } catch (error) {
    refusal = (error as Error).message;
  }
  const trainer = await captureTraining(ours, { loss: squares, optimizer: optimizer.ours, compile });
  try {
    // tfjs has no gradient through a sequence of one step that another layer made: what fit refuses, so do we, and say why
    if (refusal !== undefined) {
      assert.match(refusal, /^Argument tensors passed to stack must be/);
      assert.throws(() => trainer.step(x, y, RATE), new RegExp(refusal.slice(0, 40)));
      return;
    }
    const several = compile === "graph" ? 5 : 0;
    const steps = (count: number) => Array.from({ length: count }, () => trainer.step(x, y, RATE));
    const got = steps(EARLY);
    near(`weight after ${EARLY} steps,`, weights(ours), early, 5e-5);
    got.push(...steps(10 - several - EARLY));
    if (several > 0) {
      const stacked = (tensor: Tensor) => tf.stack(new Array(several).fill(tensor));
      const [xs, ys] = [stacked(x), y.map(stacked)];
      got.push(...trainer.steps(xs, ys, new Array(several).fill(RATE)));
      tf.dispose([xs, ...ys]);
    }
    near("loss of step", got, losses);
    // a batch normalisation of two rows multiplies what is rounding from step to step, between fit and eager steps too
    near("weight", weights(ours), weights(theirs), 1e-3);
  } finally {
    trainer.dispose();
    theirs.dispose();
    ours.dispose();
    tf.disposeVariables();
    tf.dispose([x, ...y]);
  }
}

export function near(what: string, got: readonly number[], want: readonly number[], tolerance = 2e-4): void {
  got.forEach((value, i) => {
    if (!(Math.abs(value - want[i]!) <= tolerance * Math.max(1, Math.abs(want[i]!))))
      throw new Error(`${what} ${i} is ${value}, not ${want[i]}`);
  });
}
