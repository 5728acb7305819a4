import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { RandomState } from "../../src/dataset/index.js";
import { buildModel, type ModelConfig, type NtmLayer } from "../../src/models/index.js";
import { publishedModels } from "../../src/studies/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import {
  adam,
  captureTraining,
  clipByGlobalNorm,
  clipByRunningNorm,
  cosine,
  DivergedError,
  type Optimizer,
  softmaxCrossEntropy,
  train,
  trainingSet,
} from "../../src/training/index.js";

const near = (a: number, b: number, tolerance = 1e-6) => assert.ok(Math.abs(a - b) < tolerance, `${a} and ${b}`);
const values = (tensors: readonly Tensor[]) => tensors.map((tensor) => Array.from(tensor.dataSync()));

test("cosine: peak, half, nearly zero; the warm-up rises evenly to the peak", () => {
  const plain = cosine({ peak: 0.2, steps: 100 });
  near(plain(0), 0.2);
  near(plain(50), 0.1);
  near(plain(25), 0.1 * (1 + Math.SQRT1_2));
  assert.ok(plain(99) > 0 && plain(99) < 1e-4);
  assert.deepEqual([100, 101, 150, 200].map(plain), [0, 0, 0, 0]);
  assert.equal(cosine({ peak: 0.2, steps: 4, warmup: 4 })(4), 0);
  const warm = cosine({ peak: 0.2, steps: 100, warmup: 4 });
  [0.04, 0.08, 0.12, 0.16, 0.2].forEach((rate, step) => near(warm(step), rate));
  near(warm(52), 0.1);
});

test("clipping: 3-4-5 over two tensors is scaled to the norm asked for, a small gradient is left alone", () => {
  const plain = {
    name: "plain",
    init: () => [],
    update: (gradients: readonly Tensor[]) => ({ parameters: [...gradients], state: [] }),
  };
  const clipped = clipByGlobalNorm(plain, 1);
  const update = (gradients: Tensor[]) => values(clipped.update(gradients, [], gradients, tf.scalar(1)).parameters);
  tf.tidy(() => {
    const [a, b] = update([tf.tensor1d([3, 0]), tf.scalar(4)]);
    near(a![0]!, 0.6);
    near(b![0]!, 0.8);
    const [c, d] = update([tf.tensor1d([0.3, 0]), tf.scalar(0.4)]);
    near(c![0]!, 0.3);
    near(d![0]!, 0.4);
    assert.deepEqual(update([tf.zeros([2]), tf.scalar(0)]), [[0, 0], [0]]);
  });
});

test("clipping by the running norm: a leap is scaled to so many times the mean of what was let through, and doesn't lift it", () => {
  const plain = {
    name: "plain",
    init: () => [tf.scalar(7)],
    update: (gradients: readonly Tensor[], state: readonly Tensor[]) => ({
      parameters: [...gradients],
      state: [...state],
    }),
  };
  const clipped = clipByRunningNorm(plain, 2, { decay: 0.9 });
  tf.tidy(() => {
    let state = clipped.init([]);
    const norms = [5, 1, 1, 500, 500, 0.5, 0].map((norm) => {
      // 3-4-5 over two tensors
      const gradients = [tf.tensor1d([0.6 * norm, 0]), tf.scalar(0.8 * norm)];
      const updated = clipped.update(gradients, state, gradients, tf.scalar(1));
      ({ state } = updated);
      return Math.hypot(...values(updated.parameters).flat());
    });
    // the same by hand
    const seen: number[] = [];
    for (const norm of [5, 1, 1, 500, 500, 0.5, 0]) {
      const weights = seen.map((_, i) => 0.9 ** (seen.length - 1 - i));
      const mean = seen.reduce((sum, x, i) => sum + x * weights[i]!, 0) / weights.reduce((sum, w) => sum + w, 0);
      seen.push(seen.length === 0 ? norm : Math.min(norm, 2 * mean));
    }
    norms.forEach((norm, i) => near(norm, seen[i]!, 1e-4));
    assert.ok(norms[3]! < 5 && norms[4]! < 7, `${norms}`);
    near(norms[5]!, 0.5);
    assert.equal(norms[6], 0);
    // the optimizer's own state goes through
    assert.deepEqual(values(state.slice(2)), [[7]]);
    // gradients of 0 at the start say nothing of those to come
    let still = clipped.init([]);
    for (const norm of [0, 0, 3]) {
      const updated = clipped.update([tf.scalar(norm)], still, [tf.scalar(1)], tf.scalar(1));
      still = updated.state;
      near(values(updated.parameters)[0]![0]!, norm, 1e-4);
    }
  });
});

test("weight decay is AdamW's: the parameter shrinks by rate times decay, the moments see the gradient alone", () => {
  tf.tidy(() => {
    const [decayed, plain] = [adam({ weightDecay: 0.1 }), adam()];
    const parameters = [tf.scalar(2)];
    const after = (optimizer: typeof plain) => {
      const { parameters: p, state } = optimizer.update(
        [tf.scalar(0.5)],
        optimizer.init(parameters),
        parameters,
        tf.scalar(0.01),
      );
      return values([...p, ...state]).flat();
    };
    const [with_, without] = [after(decayed), after(plain)];
    near(with_[0]!, without[0]! - 0.01 * 0.1 * 2);
    assert.deepEqual(with_.slice(1), without.slice(1));
  });
});

for (const compile of ["graph", "xla"] as const) {
  test(`captured by ${compile}, clipping and decay do what they do eagerly, at a rate that changes every step`, async () => {
    const config = { ...publishedModels.gru, steps: 4, hidden: 5, classes: 3 };
    const decayed = () => adam({ weightDecay: 0.1, epsilon: 1e-3 });
    await sameAsEager(config, compile, () => clipByGlobalNorm(decayed(), 0.05));
    // so that it acts at each step
    await sameAsEager(config, compile, () => clipByRunningNorm(decayed(), 1, { decay: 0.5 }));
  });
}

async function sameAsEager(config: ModelConfig, compile: "graph" | "xla", make: () => Optimizer): Promise<void> {
  const [captured, eager] = [buildModel(config, 3), buildModel(config, 3)];
  const trainer = await captureTraining(captured, { compile, optimizer: make(), compilePredictions: compile });
  const optimizer = make();
  const variables = eager.trainableWeights.map((weight) => (weight as unknown as { val: never }).val);
  let state = optimizer.init(variables);
  for (let i = 0; i < 6; i++) {
    const x = tf.randomNormal([8, 4, 1], 0, 1, "float32", i);
    const labels = tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], "int32");
    trainer.step(x, labels, 0.01 * (i + 1));
    const { grads } = tf.variableGrads(() => softmaxCrossEntropy(labels, eager.apply(x) as Tensor), variables);
    const gradients = variables.map((variable: { name: string }) => grads[variable.name]!);
    const next = optimizer.update(gradients, state, variables, tf.scalar(0.01 * (i + 1)));
    variables.forEach((variable: { assign(value: Tensor): void }, v) => variable.assign(next.parameters[v]!));
    state = next.state;
  }
  const [got, want] = [captured, eager].map((model) => values(model.getWeights()).flat());
  got!.forEach((value, i) => near(value, want![i]!, 2e-5));
  const x = tf.randomNormal([7, 4, 1], 0, 1, "float32", 1);
  const [predicted, expected] = values([trainer.predict(x), captured.apply(x) as Tensor]);
  predicted!.forEach((value, i) => near(value, expected![i]!, 1e-5));
  trainer.dispose();
}

test("train tells annealed layers from 0 to 1 how much of it is over", async () => {
  const shift = {
    kind: "gaussian" as const,
    periodic: true,
    sigma: "fixed" as const,
    sigmaInit: 1,
    anneal: { from: 8 },
  };
  const model = buildModel({ ...publishedModels.dms, steps: 2, hidden: 3, slots: 4, width: 2, classes: 3, shift }, 1);
  const layer = model.getLayer("ntm") as NtmLayer;
  const sigma = () => tf.tidy(() => layer.trace(tf.zeros([1, 2, 1]))[0]!.heads.parameters.sigma!.dataSync()[0]!);
  near(sigma(), 1);
  const trainer = await captureTraining(model);
  const set = trainingSet(
    Float32Array.from({ length: 20 }, (_, i) => i / 10),
    [0, 1, 2, 0, 1, 2, 0, 1, 2, 0],
    [2, 1],
  );
  const tell = trainer.progress.bind(trainer);
  const told: number[] = [];
  trainer.progress = (fraction) => {
    tell(fraction);
    told.push(fraction);
    near(sigma(), 8 ** (1 - fraction), 1e-5);
  };
  await train(trainer, set, { epochs: 3, batchSize: 4, learningRate: 0.01, order: RandomState.stream(1, "order") });
  assert.deepEqual(
    told.map((fraction) => Math.round(9 * fraction)),
    // two whole batches in one call, then the rest, in each epoch
    [0, 2, 3, 5, 6, 8, 9],
  );
  assert.equal(told.at(-1), 1);
  trainer.dispose();
});

test("train asks the schedule once a step, from 0, and tells where a loss became infinite", async () => {
  const model = buildModel({ kind: "mlp", features: 2, hidden: [3], classes: 3 }, 1);
  const trainer = await captureTraining(model);
  const set = trainingSet(
    Float32Array.from({ length: 20 }, (_, i) => i / 10),
    [0, 1, 2, 0, 1, 2, 0, 1, 2, 0],
    [2],
  );
  const asked: number[] = [];
  const options = { epochs: 2, batchSize: 4, order: RandomState.stream(1, "order") };
  const learningRate = (step: number) => {
    asked.push(step);
    return 0.01;
  };
  await train(trainer, set, { ...options, learningRate });
  assert.deepEqual(asked, [0, 1, 2, 3, 4, 5]);
  const broken = train(trainer, set, { ...options, learningRate: (step) => (step === 3 ? 1e39 : 0.01) });
  await assert.rejects(broken, (error: DivergedError) => {
    assert.ok(error instanceof DivergedError);
    assert.deepEqual([error.epoch, error.step, error.loss], [2, 5, Number.NaN]);
    return true;
  });
  trainer.dispose();
});
