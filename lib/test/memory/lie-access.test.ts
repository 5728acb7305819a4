import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { inverseDistanceWeights, moveInPlane, softmaxDistanceWeights } from "../../src/memory/index.js";
import { buildModel, MemoryLayer, runPiece } from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { userMessage } from "../support.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const near = (got: number[], want: number[], tolerance = 1e-4) =>
  want.forEach((value, i) => assert.ok(Math.abs(got[i]! - value) <= tolerance, `${got} is not ${want}`));

test("InvNorm: three times as far is a ninth of the weight; strength counts; an entry under the head takes nearly all", () => {
  const addresses = tf.tensor3d([
    [
      [1, 0],
      [0, 3],
    ],
  ]);
  const head = tf.tensor3d([[[0, 0]]]);
  near(values(inverseDistanceWeights(addresses, tf.tensor2d([[1, 1]]), head)), [0.9, 0.1]);
  near(values(inverseDistanceWeights(addresses, tf.tensor2d([[1 / 9, 1]]), head)), [0.5, 0.5]);
  near(values(inverseDistanceWeights(addresses, tf.tensor2d([[1, 1]]), tf.tensor3d([[[0, 3]]]))), [0, 1], 1e-3);
});

test("softmax: exp of minus the squared distance by T", () => {
  const weights = softmaxDistanceWeights(
    tf.tensor3d([
      [
        [1, 0],
        [0, 2],
      ],
    ]),
    tf.tensor2d([[1, 1]]),
    tf.tensor3d([[[0, 0]]]),
    2,
  );
  const [a, b] = [Math.exp(-0.5), Math.exp(-2)];
  near(values(weights), [a / (a + b), b / (a + b)]);
});

test("softmax: all of the weight is somewhere, however far the entries and however weak", () => {
  const weights = (strengths: number[], where: number) =>
    values(
      softmaxDistanceWeights(
        tf.tensor3d([
          [
            [1, 0],
            [0, 2],
            [0, 0],
          ],
        ]),
        tf.tensor2d([strengths]),
        tf.tensor3d([[[where, 0]]]),
      ),
    );
  near(weights([1, 1, 0], 1e4), [1, 0, 0]);
  near(weights([1e-20, 1e-20, 0], -1e4), [0, 1, 0]);
  near(weights([0.5, 1, 0], 1.5), [0.5 / (0.5 + Math.exp(-6)), 1 - 0.5 / (0.5 + Math.exp(-6)), 0]);
});

test("a memory without entries reads nothing, whatever the distance", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 6, maxLength: 6 }),
      (numbers) => {
        tf.tidy(() => {
          const addresses = tf.tensor3d(numbers.slice(0, 4), [1, 2, 2]);
          const head = tf.tensor3d(numbers.slice(4), [1, 1, 2]);
          for (const weights of [inverseDistanceWeights, softmaxDistanceWeights]) {
            assert.deepEqual(values(weights(addresses, tf.zeros([1, 2]), head)), [0, 0]);
            const written = values(weights(addresses, tf.tensor2d([[1, 0.5]]), head));
            assert.ok(written.every((weight) => weight >= 0) && written[0]! + written[1]! <= 1 + 1e-5);
          }
        });
      },
    ),
  );
});

test("translations: a gate of 1 goes to the address, one of 0 stays, then the step is taken", () => {
  const moved = moveInPlane(
    tf.tensor3d([
      [
        [1, 2],
        [1, 2],
      ],
    ]),
    tf.tensor3d([
      [
        [5, 5],
        [5, 5],
      ],
    ]),
    tf.tensor3d([[[1], [0]]]),
    tf.tensor3d([
      [
        [0.5, -1],
        [0.5, -1],
      ],
    ]),
  );
  near(values(moved), [5.5, 4, 1.5, 1]);
});

const config = { kind: "lie-access", features: 2, hidden: 3, classes: 2, width: 3, answers: "every" } as const;

test("bounded translations stay below 1, and a write gate's bias keeps writes on a path", () => {
  const asTheAuthors = { ...config, translation: "bounded", writeGateBias: -10 } as const;
  const model = buildModel(asTheAuthors, 1);
  const layer = model.layers.find((each) => each instanceof MemoryLayer) as MemoryLayer;
  const far = tf.mul(tf.ones([1, 5, 2]), 1e3) as Tensor3D;
  let before = [0, 0];
  for (const { heads } of layer.trace(far)) {
    const [gate, moved, position] = ["gate", "translation", "position"].map(
      (name) => (heads.parameters[name]!.arraySync() as number[][][])[0]!,
    );
    for (const [x, y] of moved!) assert.ok(Math.hypot(x!, y!) <= 1);
    assert.ok(gate![0]![0]! > 0.01 && gate![1]![0]! < 0.001);
    near([position![1]![0]! - before[0]!, position![1]![1]! - before[1]!], moved![1]!, 1e-3);
    before = position![1]!;
  }
  model.dispose();
});

test("a list with fewer entries than steps loses the oldest first", () => {
  const model = buildModel({ ...config, slots: 2 }, 1);
  const layer = model.layers.find((each) => each instanceof MemoryLayer) as MemoryLayer;
  const steps = layer.trace(tf.ones([1, 3, 2]));
  const writes = steps.map(({ heads }) => (heads.weights.arraySync() as number[][][])[0]![1]);
  assert.deepEqual(writes, [
    [1, 0],
    [0, 1],
    [1, 0],
  ]);
  tf.dispose(steps as never);
  model.dispose();
});

test("in parts, the number of entries must be known", () => {
  const model = buildModel(config, 1);
  const x = tf.ones([1, 4, 2]) as never;
  assert.match(
    userMessage(() => runPiece(model, x)),
    /set slots/,
  );
  model.dispose();
  const known = buildModel({ ...config, slots: 4 }, 1);
  const [first, rest] = tf.split(x as Tensor3D, [1, 3], 1) as [Tensor3D, Tensor3D];
  const begun = runPiece(known, first);
  const whole = values(known.predict(x) as Tensor);
  near([...values(begun.outputs), ...values(runPiece(known, rest, begun.state).outputs)], whole, 1e-6);
  known.dispose();
});
