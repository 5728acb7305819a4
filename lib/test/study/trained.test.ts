import assert from "node:assert/strict";
import fs, {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";
import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { makeMnist1d, stride } from "../../src/dataset/index.js";
import { trainAndKeep } from "../../src/display/kept-models.js";
import { buildModel, type NtmConfig } from "../../src/models/index.js";
import { experimentData, publishedModels } from "../../src/studies/index.js";
import { keptFolders, keptNames, keptSpec } from "../../src/studies/kept.js";
import {
  inputsOf,
  loadTrained,
  type RunSpec,
  referenceStore,
  saveTrained,
  type TaskRunSpec,
  type TrainedRecipe,
} from "../../src/study/index.js";
import { readTrained } from "../../src/study/trained.js";
import { tf } from "../../src/tensorflow/tf.js";
import { gather } from "../../src/training/index.js";
import { nowhere } from "./configs.js";
import { madeUp } from "./records.js";

type SetRecipe = Extract<TrainedRecipe, { result: unknown }>;

const folder = mkdtempSync(join(tmpdir(), "dms-ntm-trained-"));
after(() => rmSync(folder, { recursive: true }));

const weightsOf = (model: LayersModel) => model.getWeights().map((weight) => Array.from(weight.dataSync()));
const small: NtmConfig = { ...publishedModels.dms, hidden: 4, slots: 5, width: 3 };
const record = madeUp("dms", 7);
const config = { ...record.config, model: small };

test("weights come back bit by bit, with the recipe and no draft left behind; a second one takes the first one's place", async () => {
  const path = join(folder, "new", "dms");
  assert.equal(await loadTrained(path), undefined);
  for (const seed of [1, 2]) {
    const model = buildModel(small, seed);
    await saveTrained(path, model, { ...record, config });
    const { model: loaded, recipe } = (await loadTrained(path, small))!;
    assert.deepEqual(weightsOf(loaded), weightsOf(model));
    const { sha256, ...run } = recipe;
    assert.match(sha256, /^[0-9a-f]{64}$/);
    const { learningRate, trials, curve, ...kept } = { ...record, config };
    assert.deepEqual(run, kept);
    const x = tf.randomNormal([2, 20, 1], 0, 1, "float32", 1);
    assert.deepEqual((loaded.predict(x) as Tensor).arraySync(), (model.predict(x) as Tensor).arraySync());
  }
  assert.deepEqual(readdirSync(join(folder, "new")), ["dms"]);
});

test("a kept model stays when the new one can't take its place", async () => {
  const path = join(folder, "kept", "dms");
  await saveTrained(path, buildModel(small, 1), { ...record, config });
  const rename = fs.renameSync;
  const fail = mock.method(fs, "renameSync", (from: string, to: string) => {
    if (to === path && existsSync(join(from, "weights.bin")) && !sameWeights(from)) throw new Error("no");
    rename(from, to);
  });
  const old = readFileSync(join(path, "weights.bin"));
  const sameWeights = (at: string) => readFileSync(join(at, "weights.bin")).equals(old);
  try {
    await assert.rejects(saveTrained(path, buildModel(small, 2), { ...record, config }), /dms can't be written: no/);
  } finally {
    fail.mock.restore();
  }
  assert.deepEqual(weightsOf((await loadTrained(path, small))!.model), weightsOf(buildModel(small, 1)));
  assert.deepEqual(readdirSync(join(folder, "kept")), ["dms"]);
});

test("what is damaged, or of another model, is one line that says what to do", async () => {
  const whole = join(folder, "whole");
  await saveTrained(whole, buildModel(small, 1), { ...record, config });
  const damage: Record<string, (path: string) => void> = {
    "can't be read \\(.+\\)": (path) => truncateSync(join(path, "weights.bin"), 100),
    "can't be read": (path) => writeFileSync(join(path, "model.json"), "{"),
    "can't be read \\(.+does not exist": (path) => rmSync(join(path, "weights.bin")),
    "has other weights than its recipe says": (path) => {
      const bytes = readFileSync(join(path, "weights.bin"));
      bytes[10]! ^= 1;
      writeFileSync(join(path, "weights.bin"), bytes);
    },
    "can't be read \\(recipe is missing": (path) => {
      const json = JSON.parse(readFileSync(join(path, "model.json"), "utf8"));
      writeFileSync(join(path, "model.json"), JSON.stringify({ ...json, userDefinedMetadata: undefined }));
    },
  };
  for (const [expected, harm] of Object.entries(damage)) {
    const path = join(folder, "damaged");
    cpSync(whole, path, { recursive: true });
    harm(path);
    await assert.rejects(loadTrained(path), (error: Error) => {
      assert.match(error.message, new RegExp(`damaged ${expected}`));
      assert.match(error.message, /keep the model there anew, by saveTrained/);
      assert.doesNotMatch(error.message, /\n/);
      assert.equal(error.name, "UserError");
      return true;
    });
    rmSync(path, { recursive: true });
  }
  await assert.rejects(loadTrained(whole, publishedModels.dms), /was made with another model config than is asked for/);
  const run = { config, seed: record.seed };
  assert.ok(await readTrained(whole, run, "ask again"));
  for (const other of [
    { ...run, seed: record.seed + 1 },
    { ...run, config: { ...config, stride: config.stride + 1 } },
  ])
    await assert.rejects(readTrained(whole, other, "ask again"), /is of another run than is asked for: ask again/);
  await assert.rejects(
    saveTrained(join(__filename, "x"), buildModel(small, 1), { ...record, config }),
    /can't be written/,
  );
});

test("a model that nobody keeps is trained and kept", async () => {
  const path = join(folder, "trained");
  const training = { epochs: 2, batchSize: 50, optimizer: "adam" as const, learningRate: 1e-3 };
  const run = { ...config, data: { ...config.data, samples: 100 }, training };
  const spec: RunSpec = { protocol: "test", name: "dms", seed: 3, config: run };
  const { error } = console;
  console.error = () => undefined;
  try {
    await trainAndKeep(spec, path);
  } finally {
    console.error = error;
  }
  const { model, recipe } = (await loadTrained(path, small))!;
  assert.deepEqual([recipe.protocol, recipe.seed, (recipe as SetRecipe).result.of], ["test", 3, 20]);
  const data = stride(makeMnist1d(run.data), 2);
  const { x, labels } = gather(inputsOf(data.test, small), [...Array(20).keys()]);
  const right = tf.sum(tf.cast(tf.equal(tf.argMax(model.predict(x) as Tensor, 1), labels), "int32")).dataSync()[0];
  assert.equal(right, (recipe as SetRecipe).result.correct);
});

test("how kept models are trained: as in the first run that learned, or at the middle learning rate where nobody made any", () => {
  const said = (name: string, store?: Parameters<typeof keptSpec>[1]) => {
    const { protocol, name: model, seed, config } = keptSpec(name, store);
    return [protocol, model, seed, config.training.learningRate];
  };
  assert.deepEqual(said("ntm"), ["sound-20", "ntm", 0, 0.0055]);
  assert.deepEqual(said("dms"), ["sound-20", "dms", 0, 0.013]);
  assert.deepEqual(said("dms", nowhere), ["sound-20", "dms", 0, 5.5e-3]);
  assert.deepEqual(said("jump-recall-mixture").slice(0, 2), ["range-jump-recall", "mixture"]);
  const spec = keptSpec("jump-recall-mixture") as TaskRunSpec;
  assert.notEqual(referenceStore().find(spec)!.sequencesToConverge, null);
  assert.throws(() => keptSpec("xyz"), /model is "xyz", expected one of ntm, dms/);
});

test("the kept models are there, small, of today's configs, and name the test samples as their recipes say", async () => {
  const data = stride(makeMnist1d(experimentData), 2);
  for (const name of keptNames) {
    const { config } = keptSpec(name);
    const { reference } = keptFolders(name);
    const { model, recipe } = (await loadTrained(reference, config.model))!;
    if ("tests" in recipe) continue;
    const size = readdirSync(reference).reduce((sum, file) => sum + readFileSync(join(reference, file)).length, 0);
    assert.ok(size < 100_000, `${name} takes ${size} bytes`);
    const run = referenceStore().find({ protocol: recipe.protocol, name, seed: recipe.seed, config: recipe.config });
    if (run) assert.deepEqual(recipe.result, run.result);
    if (!["ntm", "dms-periodic"].includes(name)) continue;
    tf.tidy(() => {
      const set = inputsOf(data.test, recipe.config.model);
      const logits = model.predict(tf.tensor(set.x, [set.labels.length, ...set.shape])) as Tensor;
      const right = tf
        .sum(tf.cast(tf.equal(tf.argMax(logits, 1), tf.tensor1d(set.labels, "int32")), "int32"))
        .dataSync()[0]!;
      // another machine may round a sample to the other side
      assert.ok(
        Math.abs(right - recipe.result.correct) <= 2,
        `${name}: ${right} right, the recipe says ${recipe.result.correct}`,
      );
    });
  }
});
