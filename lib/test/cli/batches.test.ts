import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Batches } from "../../src/study/index.js";
import { projectRoot, scratch } from "./support.js";

const { cli, out } = scratch();
// below the checkout, so that the study's file finds the package
const folder = join(projectRoot, "build", `own-study-${process.pid}`);
mkdirSync(folder, { recursive: true });
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "own.cjs");
const plan = join(out, "plan.json");

const write = (epochs: number) =>
  writeFileSync(
    file,
    `const { experimentData, records, registerShift, publishedModels, tf } = require("dms-ntm");
const stays = registerShift("stays", {}, () => ({
  kind: "stays",
  outputs: 1,
  offsets: () => [0],
  kernel: (raw) => ({ kernel: tf.onesLike(raw), parameters: {} }),
}));
exports.study = {
  name: "own", question: "Does it run?",
  parts: [{
    name: "own", data: experimentData, stride: 10, learningRate: 0.003, seeds: 1,
    models: { ntm: { ...publishedModels.ntm, slots: 3, shift: stays({}) } },
    training: { epochs: ${epochs}, batchSize: 64, optimizer: "adam" },
  }],
  metric: records.accuracy, families: [],
};
`,
  );

async function cutAndMake(): Promise<{
  done: { made: object[]; records: object; megabytes: number };
  said: string;
  id: string;
}> {
  const { code, stderr } = await cli(["batches", file, "--into", plan]);
  assert.equal(code, 0, stderr);
  const { batches } = JSON.parse(readFileSync(plan, "utf8")) as Batches;
  const [id, ...more] = Object.keys(batches);
  assert.equal(more.length, 0);
  const said = await cli(["batch", plan, id!, "--into", join(out, "done.json")]);
  assert.equal(said.code, 0, said.stderr);
  return { done: JSON.parse(readFileSync(join(out, "done.json"), "utf8")), said: said.stdout, id: id! };
}

test("a study of one's own, cut into batches that are made by name; changed, its record gives way to another and is kept", async () => {
  write(1);
  const first = await cutAndMake();
  assert.equal(first.done.made.length, 1);
  assert.ok(first.done.megabytes > 50);
  const path = join(out, "data/runs/own/ntm-seed0.json");
  const { sha256 } = JSON.parse(readFileSync(path, "utf8"));
  assert.deepEqual(first.done.records, { "ntm-seed0": sha256 });
  const again = await cutAndMake();
  assert.deepEqual([again.done.made, again.id], [[], first.id]);
  assert.match((await cli(["results", file])).stdout, /data\/results\/own\.csv/);
  assert.match((await cli(["check", file])).stdout, /own has no committed runs to compare with/);
  write(2);
  const changed = await cutAndMake();
  assert.match(changed.said, /1 records of another config are put aside/);
  assert.notEqual(changed.id, first.id);
  assert.equal(JSON.parse(readFileSync(path, "utf8")).curve.length, 2);
  assert.ok(existsSync(join(out, `data/runs/own/ntm-seed0.${sha256.slice(0, 12)}.replaced`)));
});

test("mistakes with batches and files of studies give one line", async () => {
  write(1);
  await cli(["batches", file, "--into", plan]);
  const [id] = Object.keys((JSON.parse(readFileSync(plan, "utf8")) as Batches).batches);
  const rate = join(out, "rate.json");
  writeFileSync(rate, JSON.stringify({ rate: "own-ntm-0", learningRate: 0.01 }));
  writeFileSync(join(out, "none.json"), "{}");
  writeFileSync(join(folder, "empty.cjs"), "");
  writeFileSync(join(folder, "broken.cjs"), "nonsense(");
  writeFileSync(join(folder, "other.cjs"), "exports.study = { name: 'a' };");
  for (const [args, expected] of [
    [["batch", plan, "own-ntm-0"], /plan\.json has no batch own-ntm-0, expected one of its 1$/],
    [["rate", plan, "own-ntm-0"], /plan\.json has no learning rate own-ntm-0, expected one of its 0$/],
    [["batch", plan, id!, "--rate", rate], /own-ntm-\w+ needs no learning rate, and was given own-ntm-0$/],
    [["batch", plan, id!, "--rate", `${rate}x`], /rate\.jsonx is missing: `dms-ntm rate --into` writes it$/],
    [["batch", join(out, "nowhere.json"), "x"], /nowhere\.json is missing: `dms-ntm batches --into` writes it$/],
    [["batch", join(out, "none.json"), "x"], /none\.json\.study is missing, expected string/],
    [["batches", "nowhere.mjs"], /nowhere\.mjs is missing: a study's name, or a file that exports one, is wanted$/],
    [["batches", join(folder, "empty.cjs")], /empty\.cjs exports no study|study is \{\}, expected a value/],
    [["batches", join(folder, "broken.cjs")], /broken\.cjs can't be loaded: /],
    [
      ["study", join(folder, "other.cjs")],
      /study is .*, expected a value with name, question, parts, metric and families/,
    ],
    [["batches", "smoke", "--size", "0"], /'0' is invalid.*at least 1/],
    [["batches", "smoke", "--into", join(plan, "x.json")], /can't be written: .*give another file for --into/],
  ] as const) {
    const { code, stderr } = await cli([...args]);
    assert.ok(code === 1 || code === 2, `${args}: ${code}`);
    assert.match(stderr.trim(), expected);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});
