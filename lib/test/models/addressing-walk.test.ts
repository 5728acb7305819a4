import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import type { Samples } from "../../src/dataset/index.js";
import { wrap } from "../../src/memory/index.js";
import { ntmLayer } from "../../src/models/find-layer.js";
import { addressingWalk, buildModel, type NtmConfig } from "../../src/models/index.js";
import { publishedModels } from "../../src/studies/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { trainingSet } from "../../src/training/index.js";

const small: NtmConfig = {
  kind: "ntm",
  steps: 4,
  features: 2,
  hidden: 5,
  slots: 6,
  width: 3,
  shift: { kind: "discrete", offsets: [1, 0, -1] },
  initial: { memory: { kind: "random", scale: 0.5, seed: 1 }, readWeights: "learned", writeWeights: "learned" },
  readHeads: 2,
  classes: 7,
};

/** Three sequences of 4 steps, 2 features each. */
const samples: Samples = {
  x: Float64Array.from({ length: 24 }, (_, i) => Math.sin(3 * i)),
  y: Int32Array.from([5, 6, 4]),
  rows: 3,
};

const close = (a: number[], b: ArrayLike<number>, tolerance = 1e-6) => {
  assert.equal(a.length, b.length);
  a.forEach((value, i) => {
    assert.ok(Math.abs(value - b[i]!) <= tolerance, `[${i}] is ${value}, expected ${b[i]}`);
  });
};

test("a training set is walked through as its samples are, one of other features isn't", () => {
  const model = buildModel(small, 1);
  const set = trainingSet(samples.x, samples.y, [4, 2]);
  const [own] = addressingWalk(model, set, [1]);
  const [theirs] = addressingWalk(model, { ...samples, x: Float64Array.from(set.x) }, [1]);
  assert.deepEqual(own, theirs);
  assert.throws(
    () => addressingWalk(model, trainingSet(samples.x, samples.y, [2, 4]), [1]),
    /samples are \[2,4\], expected \[steps, 2\]/,
  );
  assert.throws(
    () => addressingWalk(model, undefined as never, [1]),
    /samples are undefined, expected those of a data set/,
  );
});

test("a walk has a sample's label, and of every step the input, all heads, the memory and an answer", () => {
  const walks = addressingWalk(buildModel(small, 1), samples, [2, 0]);
  assert.deepEqual(
    walks.map(({ sample, label, steps }) => [sample, label, steps.length]),
    [
      [2, 4, 4],
      [0, 5, 4],
    ],
  );
  for (const { sample, steps } of walks) {
    steps.forEach(({ input, heads, memory, probabilities }, t) => {
      close(input, samples.x.slice(8 * sample + 2 * t, 8 * sample + 2 * t + 2));
      assert.deepEqual([memory.length, memory[0]!.length, probabilities.length], [6, 3, 7]);
      close([probabilities.reduce((a, b) => a + b)], [1]);
      assert.deepEqual(
        heads.map(({ head }) => head),
        ["read 1", "read 2", "write"],
      );
      for (const head of heads) {
        assert.equal(head.key.length, 3);
        assert.equal(head.parameters.shift!.length, 3);
        for (const stage of [head.content, head.gated, head.shifted, head.weights])
          close([stage.reduce((a, b) => a + b)], [1], 1e-5);
        assert.ok(head.gate > 0 && head.gate < 1 && head.strength > 0 && head.sharpening > 1);
      }
    });
  }
});

test("its numbers are those of the layer's trace, each in its place, and its last answer is the model's", () => {
  const model = buildModel({ ...small, readout: "hidden+read" }, 2);
  const [walk] = addressingWalk(model, samples, [1]);
  tf.tidy(() => {
    const sequence = tf.tensor(Float32Array.from(samples.x.slice(8, 16)), [1, 4, 2]) as Tensor3D;
    ntmLayer(model)
      .trace(sequence)
      .forEach(({ heads, state }, t) => {
        const step = walk!.steps[t]!;
        for (const stage of ["key", "content", "gated", "shifted", "weights"] as const)
          close(
            step.heads.flatMap((head) => head[stage]),
            heads[stage].dataSync(),
          );
        for (const number of ["strength", "gate", "sharpening"] as const)
          close(
            step.heads.map((head) => head[number]),
            heads[number].dataSync(),
          );
        close(step.memory.flat(), state.memory.dataSync());
      });
    close(walk!.steps.at(-1)!.probabilities, tf.softmax(model.predict(sequence) as Tensor).dataSync());
  });
});

test("an answer on the way is the model's for the sequence cut off there", () => {
  const [whole] = addressingWalk(buildModel(small, 3), samples, [0]);
  const cut = buildModel({ ...small, steps: 2 }, 3);
  tf.tidy(() => {
    const logits = cut.predict(tf.tensor(Float32Array.from(samples.x.slice(0, 4)), [1, 2, 2])) as Tensor;
    close(whole!.steps[1]!.probabilities, tf.softmax(logits).dataSync());
  });
});

test("shift and focus: delta and sigma of a Gaussian, mean and standard deviation of other kernels' offsets", () => {
  const [discrete] = addressingWalk(
    buildModel({ ...small, shift: { kind: "discrete", offsets: [2, 0, -1] } }, 1),
    samples,
    [0],
  );
  for (const { heads } of discrete!.steps) {
    for (const { shift, focus, parameters } of heads) {
      const [two, , one] = parameters.shift as [number, number, number];
      close([shift], [2 * two - one]);
      close([focus ** 2], [4 * two + one - (2 * two - one) ** 2]);
    }
  }
  const gaussian = buildModel(
    { ...small, shift: { kind: "gaussian", sigmaFloor: 0.1, periodic: true, deltaInit: 40 } },
    1,
  );
  const [walk] = addressingWalk(gaussian, samples, [0]);
  for (const { heads } of walk!.steps) {
    for (const { shift, focus, parameters, gated, shifted } of heads) {
      assert.deepEqual([[shift], [focus]], [parameters.delta, parameters.sigma]);
      const weightOf = (d: number) => Math.exp(-(wrap(d - shift, 6) ** 2) / (2 * focus ** 2));
      const total = [0, 1, 2, 3, 4, 5].reduce((sum, d) => sum + weightOf(d), 0);
      const moved = gated.map((_, i) => gated.reduce((sum, q, j) => sum + (q * weightOf(i - j)) / total, 0));
      close(shifted, moved, 1e-4);
    }
  }
});

test("a model without a memory, and sequences of another length, are refused in one line", () => {
  assert.throws(() => addressingWalk(buildModel(publishedModels.gru, 1), samples, [0]), /model gru has no memory/);
  assert.throws(
    () => addressingWalk(buildModel(publishedModels.ntm, 1), samples, [0]),
    /samples have 8 values, expected 20 \* 1/,
  );
  assert.throws(
    () => addressingWalk(buildModel(small, 1), samples, [3]),
    /sample is 3, expected a whole number from 0 to 2/,
  );
  assert.deepEqual(addressingWalk(buildModel(small, 1), samples, []), []);
});
