import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { GruConfig } from "../../src/models/index.js";
import {
  ContinuedStore,
  modelResults,
  pairedDifferences,
  plan,
  protocolConfig,
  publishedAccuracy,
  Runner,
  RunRecord,
  type RunSpec,
  RunStore,
  resultTable,
  study,
} from "../../src/study/index.js";
import { versions } from "../../src/study/versions.js";
import { madeUpSound, whole } from "./records.js";

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
  runner.dispose();
  const there = await study(specs, new RunStore(join(scratch, "same")), { workers: 2 });
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
  const [there] = await study([spec(0)], new RunStore(join(scratch, "xla")), { workers: 1 });
  assert.deepEqual(there, here);
});

test("differences are taken seed by seed", async () => {
  const [one] = await study([tiny("mlp", 0)], new RunStore(join(scratch, "paired")), { workers: 1 });
  const run = (name: string, seed: number, testAccuracy: number) => ({
    ...one!,
    name,
    seed,
    result: { testAccuracy, correct: 0, of: 800 },
  });
  const records = [0.6, 0.7, 0.8].flatMap((a, seed) => [run("a", seed, a + 0.02 + 0.01 * seed), run("b", seed, a)]);
  const [difference] = pairedDifferences([...records, run("b", 9, 0.1)], "a");
  assert.equal(difference!.seeds, 3);
  assert.ok(Math.abs(difference!.mean - 0.03) < 1e-12);
  assert.ok(Math.abs(difference!.standardError! - 0.01 / Math.sqrt(3)) < 1e-12);
  assert.throws(() => pairedDifferences(records, "c"), /no records of c, only of a, b/);
});

test("a machine's own records of another version are made again, the repository's are kept", async () => {
  const folder = join(scratch, "versions");
  const spec = tiny("mlp", 0);
  const [record] = await study([spec], new RunStore(folder), { workers: 1 });
  new RunStore(folder).save({ ...record!, versions: { ...record!.versions, tensorflow: "1.0.0" } });
  assert.equal(new RunStore(folder).find(spec), undefined);
  assert.equal(new RunStore(folder, true).find(spec)!.seed, 0);
});

test("a continued store looks up what it lacks, passes over what has another config, and saves to itself", () => {
  const [here, there] = [join(scratch, "continued"), join(scratch, "earlier")];
  const earlier = new RunStore(there, true);
  const store = new ContinuedStore(here, RunRecord, earlier);
  const record = whole(madeUpSound("gru", 3));
  assert.equal(store.find(record), undefined);
  earlier.save(record);
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
  const store = new RunStore(join(scratch, "stopped"));
  const specs = [0, 1, 2].map((seed) => tiny("mlp", seed));
  const stop = new AbortController();
  await assert.rejects(
    study(specs, store, { workers: 1, signal: stop.signal, onRecord: () => stop.abort(new Error("stop")) }),
    /stop/,
  );
  assert.equal(store.all("tiny").length, 1);
  const made: number[] = [];
  const records = await study(specs, store, { workers: 1, onRecord: (record) => made.push(record.seed) });
  assert.deepEqual(made.sort(), [1, 2]);
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
    study([tiny("mlp", 0)], new RunStore(file), { workers: 1, onProgress: () => epochs++ }),
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
  const message = await study([spec], new RunStore(folder), {
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
  assert.deepEqual(new RunStore(kept!).find(spec), await new Runner().run(spec));
});

test("damaged and foreign records are never used silently", async () => {
  const store = new RunStore(join(scratch, "damaged"));
  const spec = tiny("mlp", 0);
  const [record] = await study([spec], store, { workers: 1 });
  const path = store.path(spec);
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

test("result table: mean, spread and prediction interval by hand", async () => {
  const [one] = await study([tiny("mlp", 0)], new RunStore(join(scratch, "table")), { workers: 1 });
  const records = [0.6, 0.62, 0.58].map((testAccuracy, seed) => ({
    ...one!,
    seed,
    result: { testAccuracy, correct: 0, of: 800 },
  }));
  const [row] = modelResults(records);
  assert.ok(Math.abs(row!.mean - 0.6) < 1e-12);
  assert.ok(Math.abs(row!.sd! - 0.02) < 1e-12);
  const half = 4.302652729911275 * 0.02 * Math.sqrt(4 / 3); // Student's t, 97.5 %, 2 degrees of freedom
  assert.ok(Math.abs(row!.high! - (0.6 + half)) < 1e-6 && Math.abs(row!.low! - (0.6 - half)) < 1e-6);
  assert.equal(row!.published, publishedAccuracy.mlp);
  assert.equal(row!.plausible, true);
  const table = resultTable(records);
  assert.deepEqual(table.columns, [
    "model",
    "parameters",
    "seeds",
    "mean",
    "sd",
    "min",
    "max",
    "published",
    "low",
    "high",
    "plausible",
  ]);
  assert.equal(table.height, 1);
  assert.throws(() => modelResults([]), /no run records/);
  assert.equal(modelResults(records.slice(0, 1))[0]!.sd, null);
});
