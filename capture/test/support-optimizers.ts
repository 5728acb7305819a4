import type { LayersModel, Scalar, Optimizer as TfOptimizer } from "@tensorflow/tfjs-node";
import {
  adam,
  type CompileMode,
  capture,
  captureTraining,
  type Loss,
  type Optimizer,
  rmsprop,
  sgd,
} from "../src/index.js";
import { tf } from "../src/tensorflow.js";

interface Kind {
  theirs: () => TfOptimizer;
  /** the same as a value, where there is one, and how it is written */
  ours?: { make: () => Optimizer; code: string };
}

const RATE = 0.05;

/** Every optimizer of tf.train. */
export const OPTIMIZERS: Record<string, Kind> = {
  sgd: { theirs: () => tf.train.sgd(RATE), ours: { make: () => sgd(), code: "sgd()" } },
  momentum: {
    theirs: () => tf.train.momentum(RATE, 0.9),
    ours: { make: () => sgd({ momentum: 0.9 }), code: "sgd({ momentum })" },
  },
  "momentum, Nesterov": {
    theirs: () => tf.train.momentum(RATE, 0.9, true),
    ours: { make: () => sgd({ momentum: 0.9, nesterov: true }), code: "sgd({ momentum, nesterov: true })" },
  },
  adagrad: { theirs: () => tf.train.adagrad(RATE) },
  adadelta: { theirs: () => tf.train.adadelta(RATE) },
  adam: { theirs: () => tf.train.adam(RATE), ours: { make: () => adam({ epsilon: 1e-7 }), code: "adam()" } },
  adamax: { theirs: () => tf.train.adamax(RATE) },
  rmsprop: { theirs: () => tf.train.rmsprop(RATE) },
  "rmsprop, centered": {
    // an epsilon that is nearly 0: tfjs subtracts it where Graves 2013 and others add it
    theirs: () => tf.train.rmsprop(RATE, 0.95, 0.9, 1e-10, true),
    ours: { make: () => rmsprop({ epsilon: 1e-10 }), code: "rmsprop()" },
  },
};

const squares: Loss = (targets, predictions) => tf.mean(tf.square(tf.sub(targets, predictions))) as Scalar;
const STEPS = 4;

function small(): LayersModel {
  const dense = tf.layers.dense({
    units: 2,
    inputShape: [3],
    kernelInitializer: tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: 1 }),
  });
  return tf.sequential({ layers: [dense] });
}

const weights = (model: LayersModel) => model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));

function compared(got: number[], want: number[]): string {
  const off = got.findIndex((value, i) => !(Math.abs(value - want[i]!) <= 1e-5 * Math.max(1, Math.abs(want[i]!))));
  return off < 0 ? "as eager" : `DIFFERS: weight ${off} is ${got[off]}, eagerly ${want[off]}`;
}

/** How an optimizer does in a captured function, and whether a value gives the same weights in both modes. */
export async function optimizerOutcome({ theirs, ours }: Kind): Promise<{ captured: string; value: string }> {
  const x = tf.randomNormal([4, 3], 0, 1, "float32", 5);
  const y = tf.randomNormal([4, 2], 0, 1, "float32", 6);
  const eager = small();
  const step = (model: LayersModel, optimizer: TfOptimizer) =>
    optimizer.minimize(() => squares(y, model.apply(x) as never), true)!;
  const plain = theirs();
  for (let i = 0; i < STEPS; i++) tf.tidy(() => step(eager, plain));
  const want = weights(eager);
  const inside: string[] = [];
  const asValue: string[] = [];
  for (const compile of ["graph", "xla"] satisfies CompileMode[]) {
    const model = small();
    const optimizer = theirs();
    tf.tidy(() => step(model, optimizer)); // makes its variables
    try {
      const captured = await capture(() => step(model, optimizer), [], { compile });
      for (let i = 1; i < STEPS; i++) captured().dispose();
      inside.push(compared(weights(model), want));
    } catch (error) {
      inside.push(`refused: ${(error as Error).message.split("\n")[0]}`);
    }
    if (!ours) continue;
    const mine = small();
    const trainer = await captureTraining(mine, { compile, loss: squares, optimizer: ours.make() });
    for (let i = 0; i < STEPS; i++) trainer.step(x, y, RATE);
    asValue.push(compared(weights(mine), want));
    trainer.dispose();
  }
  const both = (outcomes: string[]) => [...new Set(outcomes)].join("; with XLA ");
  return {
    captured: both(inside),
    value: ours
      ? `\`${ours.code}\`, ${both(asValue).replace("as eager", "the same weights")}`
      : "none: [write your own](../capture.md#optimizer)",
  };
}
