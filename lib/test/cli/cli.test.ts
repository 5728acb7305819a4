import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type PlanOptions, planned, stateOf, storeOf } from "../../src/cli/plans.js";

const out = mkdtempSync(join(tmpdir(), "dms-ntm-cli-"));
before(() => {
  process.env.DMS_NTM_OUT = out;
});
after(() => rmSync(out, { recursive: true }));

function cli(args: string[], env: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = join(__dirname, "../../src/cli/main.js");
  const options = {
    env: { ...process.env, DMS_NTM_OUT: out, DMS_NTM_PROFILE: "smoke", ...env },
    cwd: join(__dirname, "../../../.."),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ["--no-deprecation", main, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

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
  assert.ok(existsSync(join(out, "data/runs/smoke/dms-seed0.json")));
});

test("weights that are there are not made again", async () => {
  const { code, stdout } = await cli(["weights", "--models", "ntm,dms"]);
  assert.equal(code, 0);
  assert.match(stdout, /weights\/ntm is there, test accuracy \d+\.\d %\nweights: .*weights\/dms is there/);
});

test("the sound study goes on where the repository's records stop; a fresh one doesn't", async () => {
  const args = ["study", "--protocol", "sound-20", "--models", "mlp,gru", "--seeds", "3"];
  const { stdout } = await cli(args);
  assert.match(
    stdout,
    /26 of 26 runs of sound-20 come with the repository \(--fresh makes them anew\)\n.*all 26 runs .* are there/,
  );
  assert.ok(!existsSync(join(out, "data/runs/sound-20")));
  const task = planned({ protocol: "sound-20", models: ["mlp", "gru"], seeds: 3 });
  const there = (options: PlanOptions) => stateOf(task, storeOf(task, options)).there;
  assert.deepEqual([there({}), there({ fresh: true })], [26, 0]);
  const fixed = planned({ protocol: "published", seeds: 1 });
  assert.equal(storeOf(fixed, {}).find(fixed.kind === "fixed" ? fixed.specs[0]! : assert.fail()), undefined);
});

test("mistakes give one line and an exit status", async () => {
  for (const [args, env, expected] of [
    [["study", "--seeds", "0"], {}, /expected a whole number of at least 1/],
    [["study", "--protocol", "wrong"], {}, /protocol is "wrong", expected one of published, smoke/],
    [["study", "--models", "gru,xyz"], {}, /model is "xyz", expected one of mlp, gru, ntm, dms/],
    [["study", "--protocol", "sound", "--models", "xyz"], {}, /model is "xyz", expected one of mlp, gru/],
    [
      ["reference"],
      { DMS_NTM_PROFILE: "sound", DMS_NTM_OUT: join(out, "empty") },
      /has made no run of sound: run `make study`/,
    ],
    [["reference"], { DMS_NTM_OUT: join(out, "empty") }, /4 of 4 runs are missing/],
    [["study"], { DMS_NTM_PROFILE: "nonsense" }, /profile is "nonsense", expected one of/],
    [["weights", "--models", "xyz"], {}, /model is "xyz", expected one of mlp, gru/],
    [["fly"], {}, /unknown command 'fly'/],
    [["results"], { DMS_NTM_OUT: join(out, "empty") }, /no run records yet: run `make reproduce`/],
  ] as const) {
    const { code, stderr } = await cli([...args], env);
    assert.notEqual(code, 0);
    assert.match(stderr, expected);
    assert.ok(stderr.trim().split("\n").length <= 2, stderr);
  }
});
