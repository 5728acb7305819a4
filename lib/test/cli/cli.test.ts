import assert from "node:assert/strict";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { studyNamed } from "../../src/studies/index.js";
import { chosen, countRuns, findRecords, RecordStore, referenceStore, storeOf } from "../../src/study/index.js";
import { plan } from "../study/configs.js";
import { scratch } from "./support.js";

const { cli, out } = scratch();
before(() => {
  process.env.DMS_NTM_OUT = out;
});

test("data, study and results, twice: the second time nothing is done again", async () => {
  assert.match((await cli(["data"])).stdout, /3200 training and 800 test samples/);
  const first = await cli(["study"]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /4 of 4 runs of smoke to make/);
  assert.match((await cli(["study"])).stdout, /all 4 runs of smoke are there/);
  const results = await cli(["results"]);
  assert.match(results.stdout, /MLP/);
  const csv = readFileSync(join(out, "data/results/smoke.csv"), "utf8");
  assert.equal(csv.trim().split("\n").length, 5);
  // of a choice: a table of its own
  assert.match((await cli(["results", "--models", "mlp", "--seeds", "1"])).stdout, /results\/smoke-mlp-1-seeds\.csv/);
  assert.equal(readFileSync(join(out, "data/results/smoke.csv"), "utf8"), csv);
  assert.ok(existsSync(join(out, "data/runs/smoke/dms-seed0.json")));
});

test("a record that other versions made is told of, and stays beside the new one", async () => {
  const store = new RecordStore(join(out, "data/runs"));
  const made = store.all("smoke").find(({ name }) => name === "mlp")!;
  store.save({ ...made, versions: { ...made.versions, "dms-ntm": "0.0.1" } });
  const told = /1 record of this machine made by other versions of dms-ntm, tfjs or TensorFlow: not counted/;
  assert.match((await cli(["results", "--models", "mlp,gru"])).stdout, told);
  const { stdout } = await cli(["study"]);
  assert.match(stdout, told);
  assert.match(stdout, /1 of 4 runs of smoke to make/);
  assert.doesNotMatch((await cli(["study"])).stdout, told);
  const [aside, ...more] = readdirSync(join(out, "data/runs/smoke")).filter((name) => name.endsWith(".replaced"));
  assert.match(aside!, /^mlp-seed0\.[0-9a-f]{12}\.replaced$/);
  assert.deepEqual(more, []);
});

test("weights that are there are not made again", async () => {
  const { code, stdout } = await cli(["weights", "--models", "ntm,dms"]);
  assert.equal(code, 0);
  assert.match(stdout, /weights\/ntm is there, test accuracy \d+\.\d %\nweights: .*weights\/dms is there/);
});

test("the sound study goes on where the repository's records stop; a fresh one doesn't", async () => {
  const args = ["study", "sound-20", "--models", "mlp,gru", "--seeds", "3"];
  const { stdout } = await cli(args);
  assert.match(
    stdout,
    /26 of 26 runs of sound-20 come with the repository \(--fresh makes them anew\)\n.*all 26 runs .* are there/,
  );
  assert.ok(!existsSync(join(out, "data/runs/sound-20")));
  const study = chosen(studyNamed("sound-20"), { models: ["mlp", "gru"], seeds: 3 });
  const there = (fresh: boolean) => countRuns(findRecords(study, storeOf(study, fresh))).there.length;
  assert.deepEqual([there(false), there(true)], [26, 0]);
  assert.equal(
    storeOf(studyNamed("published")).find(plan("published", 1)[0]!),
    undefined,
    "every machine makes its own",
  );
});

test("with --json a command says on stdout what it did, and nothing else", async () => {
  const json = async (...args: string[]) => JSON.parse((await cli([...args, "--json"])).stdout);
  assert.deepEqual(await json("data"), { train: 3200, test: 800, folder: join(out, "data") });
  assert.deepEqual(await json("study"), { study: "smoke", total: 4, made: [] });
  const { tables } = await json("results");
  assert.deepEqual(
    tables[0].rows.map(({ model }: { model: string }) => model),
    ["mlp", "gru", "ntm", "dms"],
  );
  assert.equal((await json("weights", "--models", "ntm")).weights[0].made, false);
  const { code, stdout, stderr } = await cli(["check", "--json"]);
  assert.deepEqual(JSON.parse(stdout), { study: "smoke", reproduced: null, checks: [] });
  assert.equal(code, 0);
  assert.match(stderr, /^check: smoke has no committed runs to compare with\n$/);
});

test("the widest tables fit a hundred columns, and say what they leave out", async () => {
  const { stdout } = await cli(["results", "range"]);
  assert.deepEqual(
    stdout.split("\n").filter((line) => line.length > 100),
    [],
  );
  assert.match(
    stdout,
    /\ncontinuous shifts on tasks\n[\s\S]*no room for: .*\nresults: all columns are in .*range-pairs\.csv/,
  );
});

test("a failed check has its result on stdout all the same", async () => {
  for (const seed of [0, 1]) {
    const spec = plan("published").find((run) => run.name === "gru" && run.seed === seed)!;
    const record = structuredClone(referenceStore().find(spec)!);
    record.result = { ...record.result, correct: 80, testAccuracy: 0.1 };
    record.curve.at(-1)!.testAccuracy = 0.1;
    record.versions = {
      ...record.versions,
      ...JSON.parse(readFileSync(join(out, "data/runs/smoke/gru-seed0.json"), "utf8")).versions,
    };
    new RecordStore(join(out, "data/runs")).save(record);
  }
  const { code, stdout, stderr } = await cli(["check", "published", "--json", "--models", "gru", "--seeds", "2"]);
  assert.equal(code, 1, stderr);
  assert.equal(JSON.parse(stdout).reproduced, false);
  assert.match(stderr, /GRU: further from the committed results than chance explains/);
  const more = await cli(["check", "published", "--models", "gru", "--seeds", "1000"]);
  assert.match(more.stdout, /1000 seeds are asked for, and 10 are committed: only those are compared/);
});

test("a reference record is replaced as a whole: who reads the old one goes on with it", async () => {
  const cwd = join(out, "another-project");
  mkdirSync(cwd);
  writeFileSync(join(cwd, "package.json"), '{ "name": "dms-ntm-project" }');
  const one = ["--models", "mlp", "--seeds", "1"];
  assert.equal((await cli(["study", ...one], {}, { cwd })).code, 0);
  const path = join(cwd, "data/reference/smoke.jsonl");
  const old = join(cwd, "old.json");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  linkSync(path, old);
  const { code, stderr } = await cli(["reference", ...one], {}, { cwd });
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(old, "utf8"), "");
  assert.equal(JSON.parse(readFileSync(path, "utf8")).name, "mlp");
});

test("mistakes give one line and an exit status: 2 for what doesn't exist or fit, 1 for all else", async () => {
  for (const [args, env, expected, status = 1] of [
    [["study", "--seeds", "0"], {}, /expected a whole number of at least 1/, 2],
    [
      ["study", "wrong"],
      {},
      /study is "wrong", expected one of published, draws, sound, .*, or a part of one, e.g. sound-20/,
    ],
    [["study", "--models", "gru,xyz"], {}, /model is "xyz", expected one of mlp, gru, ntm, dms/],
    [["study", "sound", "--models", "xyz"], {}, /model is "xyz", expected one of mlp, gru/],
    [
      ["reference"],
      { DMS_NTM_STUDY: "sound", DMS_NTM_OUT: join(out, "empty") },
      /has made no run of sound: run `make study STUDY=sound`/,
    ],
    [["reference"], { DMS_NTM_OUT: join(out, "empty") }, /4 of 4 runs are missing/],
    [["study"], { DMS_NTM_STUDY: "nonsense" }, /DMS_NTM_STUDY is "nonsense", expected one of/],
    [["weights", "--models", "xyz"], {}, /model is "xyz", expected one of ntm, dms/],
    [["fly"], {}, /unknown command 'fly'/, 2],
    [["data", "--fast"], {}, /unknown option '--fast'/, 2],
    [["figures", "--into", ""], {}, /--into is "", expected a folder/],
    [["figures", "--only", "xyz"], {}, /figure is "xyz", expected one of loss_comparison, /],
    [["bench", "xyz"], {}, /benchmark is "xyz", expected one of mnist1d, steps/],
    [["results"], { DMS_NTM_OUT: join(out, "empty") }, /there are no runs of smoke yet/],
  ] as const) {
    const { code, stderr } = await cli([...args], env);
    assert.equal(code, status, args.join(" "));
    assert.match(stderr, expected);
    assert.ok(stderr.trim().split("\n").length <= 2, stderr);
  }
});
