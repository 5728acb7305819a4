import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadSafetensors, modelConfigOf } from "../../src/porting/index.js";
import { publishedModels } from "../../src/studies/index.js";
import { protocolConfig } from "../study/configs.js";
import { scratch } from "./support.js";

const { cli, out } = scratch();

test("a run of a study's model: its record is kept, and shown the second time", async () => {
  const first = await cli(["run", "mlp", "--seed", "7"]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(
    first.stdout,
    /^run: MLP, seed 7: test accuracy \d+\.\d+ %, \d+ of 800, 23050 parameters\nrun: record: .*mlp-seed7\.json\n$/,
  );
  assert.match(first.stderr, /Training MLP/);
  const path = join(out, "data/runs/smoke/mlp-seed7.json");
  const { sha256, ...record } = JSON.parse(readFileSync(path, "utf8"));
  assert.match(sha256, /^[0-9a-f]{64}$/);
  const again = await cli(["run", "mlp", "--seed", "7", "--json"]);
  assert.deepEqual(JSON.parse(again.stdout), { path, made: false, record });
  assert.match(again.stderr, /the record was there already/);
});

test("a run of a config of one's own, with curves and weights", async () => {
  const { training, ...config } = protocolConfig("smoke", "gru");
  const file = join(out, "fast-gru.json");
  const fixed = { ...config, training: { ...training, epochs: 1, learningRate: 0.004 } };
  writeFileSync(file, JSON.stringify(fixed));
  const [tensorboard, weights] = [join(out, "logs"), join(out, "gru.safetensors")];
  const { code, stdout, stderr } = await cli([
    "run",
    "--config",
    file,
    "--tensorboard",
    tensorboard,
    "--weights",
    weights,
    "--json",
  ]);
  assert.equal(code, 0, stderr);
  const { path, made, record } = JSON.parse(stdout);
  assert.equal(made, true);
  assert.equal(path, join(out, "data/runs/own/fast-gru-seed0.json"));
  assert.deepEqual([record.config, record.curve.length], [fixed, 1]);
  assert.match(readdirSync(tensorboard).join(), /^events\.out\.tfevents\./);
  assert.deepEqual(modelConfigOf(loadSafetensors(weights)), publishedModels.gru);
  // another config under the same name would overwrite the record
  writeFileSync(file, JSON.stringify({ ...fixed, stride: 1, model: { ...fixed.model, steps: 40 } }));
  const other = await cli(["run", "--config", file]);
  assert.equal(other.code, 1);
  assert.match(
    other.stderr,
    /was made with another config than this run has: .*, or give what you changed a new name by --name\n$/,
  );
});

test("a place for weights or curves that can't be written is told before anything is trained", async () => {
  writeFileSync(join(out, "a-file"), "");
  for (const [option, path, expected] of [
    [
      "--weights",
      "a-file/gru.safetensors",
      /safetensors can't be written: .*: move it away, or give another file for --weights$/,
    ],
    ["--weights", "data", /data can't be written: EISDIR.*: move it away, or give another file for --weights$/],
    ["--tensorboard", "a-file/logs", /can't be written: .*: move it away, or give another folder for TensorBoard$/],
  ] as const) {
    const { code, stderr } = await cli(["run", "mlp", "--seed", "8", option, join(out, path)]);
    assert.equal(code, 1);
    const [line, ...more] = stderr.trim().split("\n").reverse();
    assert.match(line!, expected);
    assert.ok(
      more.every((text) => /failed, 0 epochs/.test(text)),
      stderr,
    );
    assert.ok(!existsSync(join(out, "data/runs/smoke/mlp-seed8.json")));
  }
});

test("a run whose weights can't be written in the end is kept, and said to be", async () => {
  const folder = join(out, "weights");
  const { code, stderr } = await cli(
    ["run", "gru", "--seed", "9", "--weights", join(folder, "gru.safetensors")],
    {},
    {
      watch: (child) =>
        child.stderr!.once("data", () => {
          rmSync(folder, { recursive: true });
          writeFileSync(folder, "");
        }),
    },
  );
  assert.equal(code, 1, stderr);
  assert.match(stderr, /gru\.safetensors can't be written: .*\(the record is kept: .*gru-seed9\.json\)\n$/);
  assert.ok(existsSync(join(out, "data/runs/smoke/gru-seed9.json")));
});

test("mistakes", async () => {
  const file = join(out, "wrong.json");
  writeFileSync(file, "{}");
  writeFileSync(join(out, "damaged.json"), "{");
  for (const [args, expected, status = 1] of [
    [[], /no model is given: name one of mlp, gru, ntm, dms, or a --config file/],
    [["gru", "--weights", ""], /--weights is "", expected a file/],
    [["xyz"], /model is "xyz", expected one of mlp, gru, ntm, dms/],
    [["gru", "--seed", "-1"], /expected a whole number from 0 to 4294967295/, 2],
    [["gru", "--study", "sound"], /study is "sound", for one run it must be one of sound-20, sound-40, canonical-40/],
    [["gru", "--config", file], /both a model \(gru\) and --config are given/],
    [["--config", file], /wrong\.json\.data is missing/],
    [["--config", join(out, "none.json")], /none\.json is missing/],
    [["--config", join(out, "damaged.json")], /damaged\.json can't be read \(.*\): --config wants a JSON file/],
    [["--config", file, "--study", "published"], /study is "published", which has configs of its own/],
  ] as const) {
    const { code, stderr } = await cli(["run", ...args]);
    assert.equal(code, status, stderr);
    assert.match(stderr, expected);
    assert.ok(stderr.trim().split("\n").length <= 2, stderr);
  }
});

test("Ctrl-C: exit status 130, nothing half is left", async () => {
  const { code, stderr } = await cli(
    ["run", "gru"],
    { DMS_NTM_STUDY: "published" },
    { watch: (child) => child.stderr!.once("data", () => child.kill("SIGINT")) },
  );
  assert.equal(code, 130, stderr);
  assert.match(stderr, /dms-ntm: interrupted/);
  assert.deepEqual(readdirSync(join(out, "data/runs/published")), []);
});
