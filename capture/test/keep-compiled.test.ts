import "./environment.js";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { keepCompiled } from "../src/keep-compiled.js";

const scratch = mkdtempSync(join(tmpdir(), "tfjs-capture-kept-"));
after(() => rmSync(scratch, { recursive: true }));

const LOADED = `
  const { capture } = require("./index.js");
  const { tf } = require("./tensorflow.js");
  const x = tf.randomNormal([8, 8], 0, 1, "float32", 1);
  const run = async (last) => {
    const f = await capture((x) => last(tf.tanh(tf.matMul(x, x))), [tf.zeros([8, 8])], { compile: "xla" });
    return () => f(x).arraySync().flat().join();
  };`;

/** Runs code with a kept folder in a process of its own. @returns what it says: code, stdout and stderr */
function inProcess(folder: string, code: string): Promise<[number | null, string, string]> {
  const { TF_CPP_MIN_LOG_LEVEL: _, TF_XLA_FLAGS: __, ...env } = process.env;
  const all = `require("./keep-compiled.js").keepCompiled(${JSON.stringify(folder)}); ${LOADED} (async () => { ${code} })();`;
  const child = spawn(process.execPath, ["--no-deprecation", "-e", all], { cwd: join(__dirname, "../src"), env });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].on("data", (data) => (said[name] += data));
  return new Promise((resolve) => child.on("close", (status) => resolve([status, said.stdout, said.stderr])));
}

/** The one folder for this machine in a kept folder. */
const own = (folder: string) => join(folder, readdirSync(folder)[0]!);
const ONE = "console.log((await run(tf.softmax))());";

test("compiled code is kept in a folder of one's own, and loaded by the next process without a word, to the same bits", async () => {
  const folder = join(scratch, 'kept in "a" place');
  // two at once write the same
  const [first, other] = await Promise.all([inProcess(folder, ONE), inProcess(folder, ONE)]);
  assert.deepEqual([first[0], first[2]], [0, ""]);
  assert.deepEqual(other, first);
  const files = readdirSync(own(folder)).sort();
  const kinds = files.map((name) => name.replace(/^[^.]*\./, "").replace(/.*pb/, "pb"));
  assert.deepEqual(kinds.sort(), ["pb", "pb.sha256", "program"]);
  for (const each of [folder, own(folder)]) assert.equal(statSync(each).mode & 0o777, 0o700);
  const program = join(own(folder), files.find((name) => name.endsWith(".pb"))!);
  const { mtimeMs } = statSync(program);
  assert.deepEqual(await inProcess(folder, ONE), first);
  assert.deepEqual(readdirSync(own(folder)).sort(), files);
  assert.equal(statSync(program).mtimeMs, mtimeMs, "loaded, not compiled again");

  // a damaged file, and one that nobody sealed, are removed before XLA looks
  appendFileSync(program, "x");
  symlinkSync(program, join(own(folder), "foreign.pb"));
  assert.deepEqual(await inProcess(folder, ONE), first);
  assert.deepEqual(readdirSync(own(folder)).sort(), files);
  assert.notEqual(statSync(program).mtimeMs, mtimeMs);

  // one that is cut, or gone, while the process runs
  const cut = `const fs = require("fs"); const folder = ${JSON.stringify(own(folder))};
    (await run(tf.sin))(); for (const name of fs.readdirSync(folder)) if (name.endsWith("pb")) fs.truncateSync(folder + "/" + name, 99);
    ${ONE} fs.rmSync(folder, { recursive: true }); (await run(tf.cos))();`;
  truncateSync(program, 0);
  const { length } = first[1];
  assert.deepEqual([first[1], length > 100], [(await inProcess(folder, ONE))[1], true]);
  assert.deepEqual(await inProcess(folder, cut), first);
});

test("once tfjs-node is loaded it is too late, and said", () => {
  const code = `require("@tensorflow/tfjs-node"); require("./keep-compiled.js").keepCompiled(${JSON.stringify(join(scratch, "late"))})`;
  const { TF_XLA_FLAGS: _, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ["-e", code], { cwd: join(__dirname, "../src"), env });
  assert.equal(status, 1);
  assert.match(`${stderr}`, /UserError: tfjs-node is loaded already, .*: call keepCompiled before it is imported/);
});

test("an ES module keeps its code where a file of its own, imported first, asks for it", () => {
  const kept = join(scratch, "from-es-module");
  const at = (path: string) => JSON.stringify(require.resolve(path));
  const keep = join(scratch, "keep.mjs");
  writeFileSync(
    keep,
    `import keeping from ${at("../src/keep-compiled.js")}; keeping.keepCompiled(${JSON.stringify(kept)});`,
  );
  const main = join(scratch, "main.mjs");
  writeFileSync(main, `import "./keep.mjs"; import tf from ${at("@tensorflow/tfjs-node")}; tf.scalar(1).dispose();`);
  const { TF_XLA_FLAGS: _, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [main], { env });
  assert.equal(status, 0, `${stderr}`);
  assert.ok(existsSync(kept));
});

test("a folder that others may write to, or that isn't one's own, is refused", () => {
  const { TF_XLA_FLAGS } = process.env;
  const open = mkdtempSync(join(scratch, "open-"));
  chmodSync(open, 0o777);
  assert.throws(() => keepCompiled(open), /others may write to .*chmod 700/);
  const link = join(scratch, "link");
  symlinkSync(mkdtempSync(join(scratch, "own-")), link);
  assert.throws(() => keepCompiled(link), /is no folder of your own/);
  assert.throws(() => keepCompiled("/proc/nowhere/kept"), /can't be written/);
  assert.equal(process.env.TF_XLA_FLAGS, TF_XLA_FLAGS);
});
