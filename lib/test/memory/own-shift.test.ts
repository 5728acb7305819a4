import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { Mnist1dConfig } from "../../src/dataset/config.js";
import { discrete, mixture, registerShift, type Shift, shiftOf, wrapAll } from "../../src/memory/index.js";
import { buildModel, ModelConfig, type NtmConfig } from "../../src/models/index.js";
import { soundModels, soundTraining } from "../../src/studies/index.js";
import { makeRuns, RecordStore, type RunConfig, type RunSpec } from "../../src/study/index.js";
import { check } from "../../src/support/validate.js";
import { tf } from "../../src/tensorflow/tf.js";
import { captureTraining, softmaxCrossEntropy } from "../../src/training/index.js";
import { userMessage } from "../support.js";

/**
 * A reader's own shift: a focus with long tails, so that a far slot still feels where the head is, of a width that the
 * config sets.
 */
const cauchy = registerShift("cauchy", { width: z.number().positive().default(1) }, ({ width }) => ({
  kind: "cauchy",
  outputs: 1,
  start: [0],
  offsets: (slots) => Array.from({ length: slots }, (_, d) => d),
  kernel<T extends Tensor>(delta: T, slots: number) {
    const distance = wrapAll(tf.sub(tf.range(0, slots), delta), slots);
    const kernel = tf.softmax(tf.neg(tf.log1p(tf.square(tf.div(distance, width))))) as T;
    return { kernel, parameters: { delta } };
  },
}));

const small: NtmConfig = { ...soundModels["dms-periodic"](4), hidden: 5, slots: 6, width: 3, classes: 3 };
const own: NtmConfig = { ...small, shift: cauchy({ width: 0.5 }) };
const values = (tensor: Tensor) => Array.from(tensor.dataSync());

test("an own shift's config is plain JSON, its defaults filled in", () => {
  assert.deepEqual(cauchy({}), { kind: "cauchy", width: 1 });
  const read = check(
    ModelConfig,
    JSON.parse(JSON.stringify({ ...small, shift: { kind: "cauchy" } })),
    "model",
  ) as NtmConfig;
  assert.deepEqual(read.shift, { kind: "cauchy", width: 1 });
});

test("a study trains an own shift in worker processes that load its file, and its records are found again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dms-ntm-study-"));
  try {
    const lib = JSON.stringify(join(__dirname, "../../src/memory/index.js"));
    // here a file for this test alone: a study's own would be shared with the notebook
    const file = join(folder, "next.mjs");
    writeFileSync(
      file,
      `const { discrete, registerShift } = await import(${lib});
       registerShift("next", {}, () => ({ ...discrete({ offsets: [0, 1] }), kind: "next" }));`,
    );
    const next = registerShift("next", {}, () => ({ ...discrete({ offsets: [0, 1] }), kind: "next" }));
    const config: RunConfig = {
      data: Mnist1dConfig.parse({ samples: 100 }),
      stride: 10,
      model: { ...own, shift: next({}), classes: 10 },
      training: { ...soundTraining, epochs: 1, learningRate: 0.01 },
    };
    const spec: RunSpec = { protocol: "own", name: "next", seed: 0, config };
    const store = new RecordStore(folder);
    await assert.rejects(makeRuns([spec], store, { workers: 1 }), {
      message:
        /shift\.kind is "next", .*or a kind made known by registerShift in a file that the study's option require names$/,
    });
    const broken = join(folder, "broken.cjs");
    await assert.rejects(makeRuns([spec], store, { workers: 1, require: [broken] }), {
      message: `${broken} is missing: the study's option require names it`,
    });
    writeFileSync(broken, 'throw new Error("a mistake\\nof two lines")');
    await assert.rejects(makeRuns([spec], store, { workers: 1, require: [broken] }), {
      message: `${broken} can't be loaded: a mistake of two lines`,
    });
    const [record] = await makeRuns([spec], store, { workers: 1, require: [file] });
    assert.equal(record!.curve.length, 1);
    assert.deepEqual(new RecordStore(folder).find(spec), record);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an own shift's model is saved and loaded", async () => {
  const [model, x] = [buildModel(own, 1), tf.randomNormal([3, 4, 1], 0, 1, "float32", 7)];
  const folder = mkdtempSync(join(tmpdir(), "dms-ntm-model-"));
  try {
    await model.save(`file://${folder}`);
    const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
    assert.deepEqual(values(loaded.predict(x) as Tensor), values(model.predict(x) as Tensor));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a captured training step of an own shift equals an eager one", async () => {
  const [captured, eager] = [buildModel(own, 1), buildModel(own, 1)];
  const [x, labels] = [tf.randomNormal([4, 4, 1], 0, 1, "float32", 7), tf.tensor1d([0, 1, 2, 1], "int32")];
  const trainer = await captureTraining(captured);
  const losses = [0, 1, 2].map(() => trainer.step(x, labels, 0.01));
  const adam = tf.train.adam(0.01);
  for (const loss of losses) {
    const forward = () => softmaxCrossEntropy(labels, eager.apply(x) as Tensor);
    assert.ok(Math.abs(loss - tf.tidy(() => adam.minimize(forward, true)!.dataSync()[0]!)) < 1e-4);
  }
  assert.ok(losses[2]! < losses[0]!);
  trainer.dispose();
});

test("a kind that isn't known, or a key that is wrong, is one line that says what would do", () => {
  const wrong = (shift: unknown) => userMessage(() => check(ModelConfig, { ...small, shift }, "model config"));
  assert.match(
    wrong({ kind: "levy" }),
    /^model config\.shift\.kind is "levy", expected one of "discrete", "gaussian", .*"cauchy", .*or a kind made known by registerShift$/,
  );
  assert.match(wrong({}), /^model config\.shift\.kind is missing, expected one of "discrete"/);
  assert.match(wrong(undefined), /^model config\.shift is missing, expected object$/);
  assert.match(wrong(3), /^model config\.shift is 3, expected object$/);
  assert.match(wrong({ kind: "cauchy", width: -1 }), /^model config\.shift\.width is -1, expected more than 0$/);
  assert.match(
    wrong({ kind: "cauchy", widht: 1 }),
    /^model config\.shift has the unknown key widht; did you mean width\?$/,
  );
  assert.match(
    userMessage(() => cauchy({ width: 0 })),
    /^config of shift cauchy\.width is 0, expected more than 0$/,
  );
  assert.match(
    userMessage(() => shiftOf({ kind: "levy" } as never)),
    /^shift config\.kind is "levy"/,
  );
});

test("a kind is registered again when its cell is run again; those of the library stay", () => {
  const of = (offset: number) =>
    registerShift("again", {}, () => ({ ...discrete({ offsets: [offset] }), kind: "again" }));
  const first = of(1)({});
  of(2);
  assert.deepEqual(shiftOf(first).offsets(5), [2]);
  assert.match(
    userMessage(() => registerShift("gaussian", {}, () => discrete())),
    /^registerShift: "gaussian" is built in/,
  );
});

test("a shift that can't work is told when it is made", () => {
  const wrong = (part: Partial<Shift>) =>
    userMessage(() => shiftOf(registerShift("wrong", {}, () => ({ ...discrete(), ...part }))({})));
  assert.match(wrong({ outputs: 0 }), /^shift "wrong": outputs is 0, expected a whole number of at least 1$/);
  assert.match(wrong({ offsets: () => [0.5, 1, 2] }), /^shift "wrong": an offset is 0\.5, expected whole numbers/);
  assert.match(
    wrong({ offsets: () => [0, 1] }),
    /^shift "wrong": its kernel has shape \[2,3,3\] for raw outputs \[2,3,3\], expected \[2,3,2\]$/,
  );
  const kernel = (make: (raw: Tensor) => Tensor) =>
    wrong({ kernel: (raw) => ({ kernel: make(raw) as never, parameters: {} }) });
  assert.match(
    kernel((raw) => tf.softplus(raw)),
    /^shift "wrong": its kernel sums to .*, expected 1/,
  );
  assert.match(
    kernel((raw) => raw),
    /^shift "wrong": a value of its kernel is -1, expected finite ones of at least 0$/,
  );
  assert.match(
    kernel((raw) => tf.log(raw)),
    /^shift "wrong": a value of its kernel is NaN/,
  );
  const parameters = (made: unknown) =>
    wrong({ kernel: (raw) => ({ kernel: tf.softmax(raw), parameters: made as Record<string, Tensor> }) });
  assert.match(
    parameters(undefined),
    /^shift "wrong": its kernel gives parameters undefined, expected tensors by name/,
  );
  assert.match(
    parameters({ speed: tf.scalar(1) }),
    /^shift "wrong": its parameter speed has shape \[\] for raw outputs \[2,3,3\], expected \[2,3,n\]$/,
  );
  assert.match(parameters({ speed: 1 }), /^shift "wrong": its parameter speed is 1 for raw outputs/);
});

test("a shift of one's own knows its config, so that a model takes it as a value", () => {
  const named = registerShift("named", { far: z.number().default(2) }, ({ far }) => ({
    ...discrete({ offsets: [far, 0] }),
    kind: "named",
  }));
  const value = shiftOf(named({}));
  assert.deepEqual(value.config, { kind: "named", far: 2 });
  const mixed = mixture([value, discrete()]);
  assert.deepEqual(mixed.config, { kind: "mixture", of: [{ kind: "named", far: 2 }, discrete().config] });
  assert.deepEqual(shiftOf(mixed.config!).offsets(5), mixed.offsets(5));
  const derived = registerShift("derived", {}, () => ({ ...value, kind: "derived" }));
  assert.deepEqual(shiftOf(derived({})).config, { kind: "derived" });
  class Hidden {
    readonly kind = "hidden";
    readonly outputs = 2;
    readonly #by = [3, 0];
    offsets = () => this.#by;
    kernel(raw: Tensor) {
      return { kernel: tf.mul(tf.softmax(raw), this.#by.length / 2), parameters: {} };
    }
  }
  const { kernel } = shiftOf(registerShift("hidden", {}, () => new Hidden())({})).kernel(tf.zeros([1, 2]), 5);
  assert.deepEqual([...kernel.dataSync<"float32">()], [0.5, 0.5]);
});
