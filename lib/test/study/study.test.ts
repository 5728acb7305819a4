import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { GruConfig } from "../../src/models/index.js";
import { studies } from "../../src/studies/index.js";
import {
  ContinuedStore,
  keepRecords,
  makeRuns,
  publishedOf,
  RecordStore,
  ReferenceStore,
  Runner,
  type RunSpec,
  summarizeModels,
  summaryTable,
} from "../../src/study/index.js";
import { saveOrKeep } from "../../src/study/saver.js";
import { versions } from "../../src/study/versions.js";
import { userMessage } from "../support.js";
import { plan, protocolConfig } from "./configs.js";
import { madeUp, madeUpSound, whole } from "./records.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-study-"));
after(() => rmSync(scratch, { recursive: true }));

/** Runs of seconds: a small set, two epochs, no search for all but one. */
function tiny(name: "mlp" | "gru" | "ntm", seed: number): RunSpec {
  const config = protocolConfig("smoke", name);
  const training = { ...config.training, learningRate: name === "mlp" ? config.training.learningRate : 3e-3 };
  return { protocol: "tiny", name, seed, config: { ...config, data: { ...config.data, samples: 640 }, training } };
}

test("the same spec gives the same record, in another order and another process", async () => {
  const specs = [tiny("mlp", 1), tiny("gru", 0)];
  const runner = new Runner();
  await runner.run(tiny("mlp", 0));
  const here = [await runner.run(specs[0]!), await runner.run(specs[1]!)];
  const { kind, ...keys } = specs[1]!.config.model as GruConfig;
  assert.ok(runner.model({ ...keys, kind }), "its keys in another order");
  const atOnce = await Promise.all([specs[0]!, tiny("mlp", 0), specs[0]!].map((spec) => runner.run(spec)));
  assert.deepEqual([atOnce[0], atOnce[2]], [here[0], here[0]]);
  assert.notDeepEqual(atOnce[1]!.curve, here[0]!.curve);
  runner.dispose();
  const there = await makeRuns(specs, new RecordStore(join(scratch, "same")), { workers: 2 });
  assert.deepEqual(there, here);
  assert.notEqual(here[0]!.curve[0]!.trainLoss, (await new Runner().run(tiny("mlp", 2))).curve[0]!.trainLoss);
  assert.equal(here[0]!.trials.length, 2);
  assert.equal(here[0]!.learningRate, here[0]!.trials.reduce((a, b) => (b.accuracy > a.accuracy ? b : a)).learningRate);
});

test("compiled by XLA too, one process gives what another gives, and seeds differ", async () => {
  const base = protocolConfig("smoke", "dms");
  const model = { ...base.model, hidden: 8, slots: 6, width: 4 };
  const training = { ...base.training, epochs: 4, batchSize: 16, learningRate: 3e-3 }; // 128 steps: enough for XLA
  const spec = (seed: number) =>
    ({
      protocol: "tiny-xla",
      name: "dms",
      seed,
      config: { ...base, data: { ...base.data, samples: 640 }, model, training },
    }) as RunSpec;
  const runner = new Runner();
  await runner.run(spec(1));
  const here = await runner.run(spec(0));
  runner.dispose();
  const [there] = await makeRuns([spec(0)], new RecordStore(join(scratch, "xla")), { workers: 1 });
  assert.deepEqual(there, here);
});

test("a machine's own records of another version are made again, the repository's are kept", async () => {
  const folder = join(scratch, "versions");
  const spec = tiny("mlp", 0);
  const [record] = await makeRuns([spec], new RecordStore(folder), { workers: 1 });
  const old = { ...record!, versions: { ...record!.versions, tensorflow: "1.0.0" } };
  new RecordStore(folder).save(old);
  const store = new RecordStore(folder);
  assert.deepEqual([store.find(spec), store.isOutdated(spec)], [undefined, true]);
  // made anew, the old one stays beside
  store.save(record!);
  assert.deepEqual([store.find(spec), store.isOutdated(spec)], [record, false]);
  const [aside] = readdirSync(join(folder, "tiny")).filter((name) => name.endsWith(".replaced"));
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "tiny", aside!), "utf8")).versions.tensorflow, "1.0.0");
  // where a reader finds it, packed too
  assert.equal(store.fileOf(spec), join(folder, "tiny/mlp-seed0.json"));
  const packed = join(scratch, "versions-packed");
  keepRecords(packed, [record!]);
  assert.equal(new RecordStore(packed).fileOf(spec), join(packed, "tiny.jsonl"));
  // the same versions, as of a run that is repeated: nothing to keep
  store.save(record!);
  assert.equal(readdirSync(join(folder, "tiny")).length, 2);
  keepRecords(folder, [old]);
  assert.deepEqual(new ReferenceStore(folder).find(spec), old);
});

test("a continued store looks up what it lacks, passes over what has another config, and saves to itself", () => {
  const [here, there] = [join(scratch, "continued"), join(scratch, "earlier")];
  const earlier = new ReferenceStore(there);
  const store = new ContinuedStore(here, earlier);
  const record = whole(madeUpSound("gru", 3));
  assert.equal(store.find(record), undefined);
  keepRecords(there, [record]);
  assert.deepEqual(store.find(record), record);
  // the same run, but with the learning rate that another tuning chose
  assert.equal(store.find(madeUpSound("gru", 3, { rate: 0.01 })), undefined);
  assert.throws(() => earlier.find(madeUpSound("gru", 3, { rate: 0.01 })), /made with another config/);
  assert.ok(!existsSync(here));
  const own = { ...record, versions: versions(), parameters: 7 };
  store.save(own);
  assert.deepEqual([store.find(record), earlier.find(record)], [own, record]);
});

test("a stopped study keeps what is finished and goes on from there", async () => {
  const store = new RecordStore(join(scratch, "stopped"));
  const specs = [0, 1, 2].map((seed) => tiny("mlp", seed));
  const stop = new AbortController();
  await assert.rejects(
    makeRuns(specs, store, { workers: 1, signal: stop.signal, onRecord: () => stop.abort(new Error("stop")) }),
    /stop/,
  );
  assert.equal(store.all("tiny").length, 1);
  const made: number[] = [];
  const shares = new Set<number>();
  const records = await makeRuns(specs, store, {
    workers: 1,
    onRecord: (record) => made.push(record.seed),
    onProgress: ({ untimed, total }) => shares.add(untimed / total),
  });
  assert.deepEqual(made.sort(), [1, 2]);
  assert.deepEqual([...shares], [1 / 3], "the run that was there took no time");
  assert.deepEqual(
    records.map((record) => record.seed),
    [0, 1, 2],
  );
  assert.ok(readdirSync(join(store.folder, "tiny")).every((name) => name.endsWith(".json")));
});

test("a store that can't be written is found out before anything is trained", async () => {
  const file = join(scratch, "no-folder");
  writeFileSync(file, "");
  let epochs = 0;
  await assert.rejects(
    makeRuns([tiny("mlp", 0)], new RecordStore(file), { workers: 1, onProgress: () => epochs++ }),
    /no-folder.* can't be written: .*: a file is where a folder should be: move it away, or set DMS_NTM_OUT to another folder$/,
  );
  assert.equal(epochs, 0);
});

test("a run that is finished when its store can't be written any longer is kept in a temporary folder", async () => {
  const folder = join(scratch, "taken");
  const spec = tiny("mlp", 0);
  const take = () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "");
  };
  const message = await makeRuns([spec], new RecordStore(folder), {
    workers: 1,
    onProgress: ({ done }) => done === 1 && take(),
  }).then(
    () => assert.fail("it was written"),
    (error: Error) => error.message,
  );
  const [, kept, to] =
    /another folder \(1 finished run kept: move what is in (.*) to (.*)\)$/.exec(message) ?? assert.fail(message);
  assert.equal(to, folder);
  after(() => rmSync(kept!, { recursive: true }));
  assert.deepEqual(new RecordStore(kept!).find(spec), await new Runner().run(spec));
});

test("the record of a single run is kept as well", async () => {
  const folder = join(scratch, "a-file");
  writeFileSync(folder, "");
  const record = await new Runner().run(tiny("mlp", 0));
  const message = userMessage(() => saveOrKeep(new RecordStore(folder), record));
  const [, kept] = /\(1 finished run kept: move what is in (.*) to .*\)$/.exec(message) ?? assert.fail(message);
  after(() => rmSync(kept!, { recursive: true }));
  assert.deepEqual(new RecordStore(kept!).find(tiny("mlp", 0)), record);
});

test("a worker that a file of the user's ends is no run that was made", async () => {
  const file = join(scratch, "ends.cjs");
  writeFileSync(file, "process.exit(0);");
  await assert.rejects(
    makeRuns([tiny("mlp", 0)], new RecordStore(join(scratch, "ends")), { workers: 1, require: [file] }),
    /the worker process ended early \(exit status 0\)/,
  );
});

test("damaged and foreign records are never used silently", async () => {
  const store = new RecordStore(join(scratch, "damaged"));
  const spec = tiny("mlp", 0);
  const [record] = await makeRuns([spec], store, { workers: 1 });
  const path = store.where(spec);
  const text = readFileSync(path, "utf8");
  assert.deepEqual(store.find(spec), record);
  const longer = structuredClone(spec);
  longer.config.training.epochs = 3;
  assert.throws(() => store.find(longer), /made with another config/);
  for (const [bad, expected] of [
    [text.slice(0, 100), /can't be read.*delete it, and the run is made again/],
    ["", /can't be read/],
    [text.replace('"testAccuracy": 0', '"testAccuracy": 7'), /testAccuracy is 7\d*(\.\d+)?, expected at most 1/],
    [JSON.stringify({ hello: 1 }), /format is missing/],
  ] as const) {
    writeFileSync(path, bad);
    assert.throws(() => store.find(spec), expected);
  }
});

test("the published plan: four models, ten seeds, the published numbers", () => {
  const specs = plan("published");
  assert.equal(specs.length, 40);
  const { training, data, stride } = specs[0]!.config;
  assert.deepEqual(training, {
    epochs: 30,
    batchSize: 64,
    optimizer: "adam",
    learningRate: { trials: 5, range: [1e-4, 1e-2], epochs: 8, batchSize: 128, samples: 2000, scoredOn: "test" },
  });
  assert.deepEqual([data.samples, data.seed, data.trainFraction, stride], [4000, 42, 0.8, 2]);
  assert.throws(() => plan("published", 0), /seeds is 0, expected a whole number from 1 to 1000/);
});

test("summary: mean, spread and prediction interval by hand, what was published beside runs of the published config alone", () => {
  const records = [480, 496, 464].map((correct, seed) => madeUp("mlp", seed, { correct }));
  const published = publishedOf(studies.published);
  const [row] = summarizeModels(records, published);
  assert.ok(Math.abs(row!.mean - 0.6) < 1e-12);
  assert.ok(Math.abs(row!.sd! - 0.02) < 1e-12);
  const half = 4.302652729911275 * 0.02 * Math.sqrt(4 / 3); // Student's t, 97.5 %, 2 degrees of freedom
  const { low, high } = row!.single!;
  assert.ok(Math.abs(high - (0.6 + half)) < 1e-6 && Math.abs(low - (0.6 - half)) < 1e-6);
  assert.deepEqual([row!.min, row!.max, row!.published, row!.plausible], [0.58, 0.62, 0.6075, true]);
  const table = summaryTable(records, published);
  const named = ["part", "model", "seeds", "mean", "sd", "published", "singleLow", "singleHigh", "plausible"];
  assert.ok(
    named.every((name) => table.columns.includes(name)),
    table.columns.join(),
  );
  assert.ok(!table.columns.includes("atBestValidation"), "a column of nothing");
  assert.deepEqual([table.height, summaryTable([]).height], [1, 0]);
  assert.deepEqual(
    [summarizeModels(records.slice(0, 1), published)[0]!.sd, summarizeModels(records)[0]!.published],
    [null, null],
  );
  // a model of one's own that happens to have a published one's name
  const own = records.map((record) => ({ ...record, config: { ...record.config, stride: 1 } }));
  assert.equal(summarizeModels(own, published)[0]!.published, null);
});
