import "./environment.js";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { keepCompiled } from "../src/keep-compiled.js";

const scratch = mkdtempSync(join(tmpdir(), "tfjs-capture-kept-"));
after(() => rmSync(scratch, { recursive: true }));

test("compiled code is kept in a folder of one's own, and loaded by the next process without a word, to the same bits", () => {
  const folder = join(scratch, "kept");
  const code = `
    require("./keep-compiled.js").keepCompiled(${JSON.stringify(folder)});
    const { capture } = require("./index.js");
    const { tf } = require("./tensorflow.js");
    (async () => {
      const f = await capture((x) => tf.softmax(tf.tanh(tf.matMul(x, x))), [tf.zeros([8, 8])], { compile: "xla" });
      console.log(f(tf.randomNormal([8, 8], 0, 1, "float32", 1)).arraySync().flat().join());
    })();`;
  const run = () =>
    spawnSync(process.execPath, ["--no-deprecation", "-e", code], { cwd: join(__dirname, "../src"), encoding: "utf8" });
  const first = run();
  assert.equal(first.status, 0, first.stderr);
  const files = readdirSync(folder);
  assert.ok(files.length > 0);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const second = run();
  assert.deepEqual([second.status, second.stdout, second.stderr], [0, first.stdout, ""]);
  assert.deepEqual(readdirSync(folder), files);
});

test("a folder that others may write to, or that isn't one's own, is refused", () => {
  const { TF_XLA_FLAGS } = process.env;
  const open = mkdtempSync(join(scratch, "open-"));
  chmodSync(open, 0o777);
  assert.throws(() => keepCompiled(open), /others may write to .*chmod 700/);
  const link = join(scratch, "link");
  symlinkSync(mkdtempSync(join(scratch, "own-")), link);
  assert.throws(() => keepCompiled(link), /is no folder of your own/);
  assert.throws(() => keepCompiled(join(scratch, "a b")), /has a space in its path/);
  assert.throws(() => keepCompiled("/proc/nowhere/kept"), /can't be written/);
  assert.equal(process.env.TF_XLA_FLAGS, TF_XLA_FLAGS);
});
