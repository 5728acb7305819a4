import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { buildModel, gruCell } from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);

function close(actual: Tensor, expected: Tensor): void {
  assert.deepEqual(actual.shape, expected.shape);
  const most = tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0]!;
  assert.ok(most < 2e-6, `they differ by ${most}`);
}

test("LSTM: tfjs's own layer with the same weights gives the same logits", () => {
  tf.tidy(() => {
    const model = buildModel({ kind: "lstm", steps: 7, features: 2, hidden: 5, classes: 3 }, 4);
    const [kernel, recurrentKernel, bias, recurrentBias, outKernel, outBias] = model.getWeights();
    const own = tf.layers.lstm({ units: 5, recurrentActivation: "sigmoid", inputShape: [7, 2] });
    const peer = tf.sequential({ layers: [own, tf.layers.dense({ units: 3 })] });
    // its one bias is the sum of PyTorch's two
    peer.setWeights([kernel!, recurrentKernel!, tf.add(bias!, recurrentBias!), outKernel!, outBias!]);
    const x = random([4, 7, 2], 1);
    close(model.predict(x) as Tensor, peer.predict(x) as Tensor);
  });
});

test("LSTM: forgetBias is what the forget gate's bias starts with, all else stays as drawn", () => {
  const config = { kind: "lstm", steps: 2, features: 1, hidden: 3, classes: 2 } as const;
  const [plain, open] = [config, { ...config, forgetBias: 1.5 }].map((c) => buildModel(c, 4).getWeights().map(values));
  plain!.forEach((list, w) => {
    list.forEach((value, i) => {
      const forget = w === 2 && i >= 3 && i < 6;
      assert.equal(open![w]![i], forget ? 1.5 : value);
    });
  });
});

test("bidirectional GRU: each direction by itself, all steps of both -> linear", () => {
  tf.tidy(() => {
    const [steps, hidden] = [5, 3];
    const model = buildModel({ kind: "bigru", steps, features: 2, hidden, classes: 4 }, 4);
    const [fk, fr, fb, frb, bk, br, bb, brb, kernel, bias] = model.getWeights();
    const forward = { kernel: fk, recurrentKernel: fr, bias: fb, recurrentBias: frb } as never;
    const backward = { kernel: bk, recurrentKernel: br, bias: bb, recurrentBias: brb } as never;
    const x = random([3, steps, 2], 1) as Tensor3D;
    const at = (t: number) => tf.squeeze(tf.slice(x, [0, t, 0], [3, 1, 2]), [1]) as Tensor2D;
    const outputs: Tensor2D[][] = Array.from({ length: steps }, () => []);
    let h: Tensor2D = tf.zeros([3, hidden]);
    for (let t = 0; t < steps; t++) outputs[t]![0] = h = gruCell(forward, at(t), h);
    h = tf.zeros([3, hidden]);
    for (let t = steps - 1; t >= 0; t--) outputs[t]![1] = h = gruCell(backward, at(t), h);
    const flat = tf.concat(outputs.flat(), 1);
    close(model.predict(x) as Tensor, tf.add(tf.matMul(flat, kernel as Tensor2D), bias!));
  });
});

test("CNN: three convolutions with stride 2 and one zero before and after, by a naive loop, for even and odd lengths", () => {
  for (const steps of [10, 11, 40]) {
    const model = buildModel({ kind: "cnn", steps, features: 1, channels: 3, classes: 2 }, 4);
    const weights = model.getWeights();
    const x = random([1, steps, 1], steps);
    let signal = x.arraySync() as number[][][];
    for (let layer = 0; layer < 3; layer++) {
      const kernel = weights[2 * layer]!.arraySync() as number[][][][];
      const bias = values(weights[2 * layer + 1]!);
      const padded = [signal[0]![0]!.map(() => 0), ...signal[0]!, signal[0]![0]!.map(() => 0)];
      const length = Math.floor((padded.length - kernel.length) / 2) + 1;
      signal = [
        Array.from({ length }, (_, i) =>
          bias.map((b, out) => {
            let sum = b;
            kernel.forEach((tap, k) => {
              tap[0]!.forEach((row, channel) => {
                sum += row[out]! * padded[2 * i + k]![channel]!;
              });
            });
            return Math.max(sum, 0);
          }),
        ),
      ];
    }
    const flat = tf.tensor2d([signal[0]!.flat()]);
    close(model.predict(x) as Tensor, tf.add(tf.matMul(flat, weights[6] as Tensor2D), weights[7]!));
  }
});
