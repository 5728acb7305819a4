import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { LayersModel, Tensor2D } from "@tensorflow/tfjs-node";
import { buildModel, type ModelConfig } from "../../src/models/index.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  fromStateDict,
  modelConfigOf,
  toStateDict,
} from "../../src/porting/index.js";
import { publishedModels, rangeModels, soundModels } from "../../src/studies/index.js";
import { project } from "../../src/support/folders.js";

import { tf } from "../../src/tensorflow/tf.js";
import { type ParityCase, parityCase } from "../models/fixtures.js";
import { userMessage } from "../support.js";
import { fixturePath, torchCase, torchConfigs } from "./support.js";

/** The float64 reference's tolerance, as in lib/test/models/parity.test.ts. */
const TOLERANCE = 2e-6;

function close(actual: Tensor2D, expected: number[][], what: string) {
  const got = actual.arraySync();
  expected.flat().forEach((value, i) => {
    const other = got.flat()[i]!;
    assert.ok(Math.abs(other - value) <= TOLERANCE, `${what}[${i}] is ${other}, expected ${value}`);
  });
  assert.equal(got.flat().length, expected.flat().length);
}

function parityConfig({ kind, dims, initial, x }: ParityCase): ModelConfig {
  const { hidden, classes, slots, width } = dims;
  const common = { steps: x[0]!.length, features: 1, hidden, classes };
  if (kind === "gru") return { kind, ...common };
  const learned = initial!.memory.flat(2).some((value) => value !== 0);
  const weights = learned ? "learned" : "uniform";
  return {
    kind: "ntm",
    ...common,
    slots,
    width,
    shift: kind === "dms" ? { kind: "gaussian" } : { kind: "discrete", offsets: [1, 0, -1] },
    initial: { memory: learned ? "learned" : "zero", readWeights: weights, writeWeights: weights },
  };
}

for (const name of ["gru", "ntm-uniform-zero", "ntm-onehot-random", "dms-uniform-zero", "dms-onehot-random"]) {
  test(`${name}: the reference's parameters from a file give its logits, and the same file again`, () => {
    const given = parityCase(name);
    const bytes = readFileSync(fixturePath(name));
    const model = buildModel(parityConfig(given), 1);
    // the reference's GRU is a cell
    const rename = (text: string) => (given.kind === "gru" ? text.replace(/^controller\.(.*)/, "gru.$1_l0") : text);
    fromStateDict(model, decodeSafetensors(bytes).tensors, { rename });
    tf.tidy(() =>
      close(
        model.predict(tf.tensor3d(given.x.map((row) => row.map((value) => [value])))) as Tensor2D,
        given.logits,
        name,
      ),
    );
    const back = (text: string) => (given.kind === "gru" ? text.replace(/^gru\.(.*)_l0/, "controller.$1") : text);
    assert.deepEqual(Buffer.from(encodeSafetensors(toStateDict(model, { rename: back }))), bytes);
    model.dispose();
  });
}

const torch = torchCase();
for (const [kind, config] of Object.entries(torchConfigs(torch.sizes))) {
  test(`${kind}: a PyTorch module's state_dict gives its logits, and the same file again`, () => {
    const bytes = readFileSync(fixturePath(`torch-${kind}`));
    const model = buildModel(config, 1);
    fromStateDict(model, decodeSafetensors(bytes).tensors);
    tf.tidy(() => {
      const x = tf.tensor3d(torch.x);
      const input = kind === "mlp" ? tf.reshape(x, [x.shape[0], -1]) : x;
      close(model.predict(input) as Tensor2D, torch.logits[kind]!, kind);
    });
    assert.deepEqual(Buffer.from(encodeSafetensors(toStateDict(model))), bytes);
    model.dispose();
  });
}

test("the NTM that the guide prints is the module of the fixture", () => {
  const guide = readFileSync(join(project().root, "docs/guide/from-pytorch.md"), "utf8");
  const block = [...guide.matchAll(/```python\n(.*?)```/gs)]
    .map(([, code]) => code!)
    .find((code) => code.includes("class Ntm("));
  assert.equal(createHash("sha256").update(block!).digest("hex"), torch.guide, "oracle.py fixtures makes it anew");
});

const gaussian = { kind: "gaussian", sigma: "head", sigmaInit: 0.7, anneal: { from: 3 } } as const;
const richest: ModelConfig = {
  ...publishedModels.dms,
  shift: { read: [gaussian, { kind: "discrete", offsets: [0, 1] }], write: gaussian },
  initial: {
    memory: "learned",
    readWeights: "learned",
    writeWeights: "learned",
    readVector: "learned",
    hidden: "learned",
  },
  readHeads: 2,
  controller: "lstm",
  answers: "every",
  readout: "hidden+read",
};

const every: [string, ModelConfig][] = [
  ...Object.entries(publishedModels),
  ...Object.entries(soundModels).map(([name, of]): [string, ModelConfig] => [`sound ${name}`, of(40)]),
  ...Object.entries(rangeModels).map(([name, model]): [string, ModelConfig] => [
    `range ${name}`,
    { ...model, features: 3, classes: 2, answers: "every" },
  ]),
  ["learned start of a GRU", { kind: "gru", features: 2, hidden: 3, classes: 2, initial: "learned" }],
  ["learned start of an LSTM", { kind: "lstm", features: 2, hidden: 3, classes: 2, initial: "learned", forgetBias: 1 }],
  ["everything learned", richest],
];

for (const [name, config] of every) {
  test(`${name}: a model tells its config, and its weights go to another model under names of their own`, () => {
    const [model, other] = [buildModel(config, 1), buildModel(config, 2)];
    assert.deepEqual(modelConfigOf(model), config);
    const dict = toStateDict(model);
    assert.equal(Object.keys(dict).length, model.weights.length);
    fromStateDict(other, dict);
    assert.deepEqual(valuesOf(other), valuesOf(model));
    model.dispose();
    other.dispose();
  });
}

const valuesOf = (model: LayersModel) => model.getWeights().map((weight) => weight.arraySync());

test("names of a memory model", () => {
  const model = buildModel(richest, 1);
  const shapes = Object.entries(toStateDict(model)).map(([name, { shape }]) => `${name} [${shape}]`);
  assert.deepEqual(shapes, [
    "controller.weight_ih [256,33]",
    "controller.weight_hh [256,64]",
    "controller.bias_ih [256]",
    "controller.bias_hh [256]",
    "read.weight [41,64]",
    "read.bias [41]",
    "write.weight [52,64]",
    "write.bias [52]",
    "initial_memory [20,16]",
    "initial_read_logits [2,20]",
    "initial_write_logits [1,20]",
    "initial_read_vector [32]",
    "initial_hidden [64]",
    "learned_shift_1 [1,1]",
    "learned_shift_3 [1,1]",
    "training_progress []",
    "output.weight [10,96]",
    "output.bias [10]",
  ]);
  model.dispose();
});

test("a model that tfjs has saved and loaded tells its config still", async () => {
  const model = buildModel(richest, 1);
  const folder = mkdtempSync(join(tmpdir(), "dms-ntm-porting-"));
  after(() => rmSync(folder, { recursive: true }));
  await model.save(`file://${folder}`);
  const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
  assert.deepEqual(modelConfigOf(loaded), richest);
  assert.deepEqual(toStateDict(loaded), toStateDict(model));
});

test("a dict that doesn't fit changes nothing", () => {
  const model = buildModel(publishedModels.gru, 1);
  const before = valuesOf(model);
  const dict = toStateDict(buildModel(publishedModels.gru, 2));
  const { "gru.bias_hh_l0": bias, ...rest } = dict;
  const wrong = (other: typeof dict) => userMessage(() => fromStateDict(model, other));
  assert.match(wrong(rest), /^the state_dict lacks gru\.bias_hh_l0: give `rename`/);
  assert.match(wrong({ ...rest, bias: bias! }), /lacks gru\.bias_hh_l0 and has bias, which model gru hasn't/);
  assert.match(
    wrong({ ...dict, "output.weight": { shape: [64, 10], data: new Float32Array(640) } }),
    /output\.weight has the shape \[64, 10\], expected \[10, 64\] as in model gru/,
  );
  assert.match(
    wrong({ ...dict, "output.bias": { shape: [10], data: new Float32Array(9) } }),
    /output\.bias has 9 values/,
  );
  assert.deepEqual(valuesOf(model), before);
  // left aside
  const short = (name: string) => name.replace(/_(ih|hh)_/, "_");
  assert.match(
    userMessage(() => toStateDict(model, { rename: short })),
    /^two weights of model .* would be called gru\.weight_l0: give `rename` another name for one$/,
  );
  const bothEpochs = Object.fromEntries(
    ["best", "last"].flatMap((epoch) => Object.entries(dict).map(([name, tensor]) => [`${epoch}.${name}`, tensor])),
  );
  assert.match(
    userMessage(() => fromStateDict(model, bothEpochs, { rename: (name) => name.replace(/^(best|last)\./, "") })),
    /^two tensors of the state_dict would be called gru\.weight_ih_l0/,
  );
  fromStateDict(model, { ...dict, step: bias! }, { rename: (name) => (name === "step" ? undefined : name) });
  assert.notDeepEqual(valuesOf(model), before);
});

test("models of other makers are refused", () => {
  const dense = tf.layers.dense({ units: 3, activation: "tanh", inputShape: [2] });
  for (const model of [
    tf.sequential({ layers: [dense, tf.layers.dense({ units: 2 })] }),
    tf.sequential({ layers: [tf.layers.gru({ units: 3, inputShape: [4, 1] }), tf.layers.dense({ units: 2 })] }),
    tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2] })] }),
  ])
    assert.match(
      userMessage(() => toStateDict(model)),
      /is not one that buildModel makes/,
    );
});
