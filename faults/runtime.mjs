import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Count, HERE, PYTHON, ROOT, scratch } from "./support.mjs";

/** TensorFlow's runtime: a cache that is damaged is found out, an interrupted or false download never becomes one. */
export async function runtimeCache() {
  const count = new Count();
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(HERE, "runtime.py"), scratch("cache")], { encoding: "utf8" });
  for (const line of stdout.trim().split("\n")) {
    const [verdict, what] = line.split("\t");
    count.expect(what, verdict === "held");
  }
  count.expect(`the checks of the cache end well: ${stderr}`, status === 0);
  return count;
}

/** A library that is cut off: one line says what to do, in a command and in a program of one's own. */
export async function damagedRuntime() {
  const count = new Count();
  const folder = scratch("runtime");
  const copy = join(folder, "node_modules/@tensorflow/tfjs-node");
  const whole = join(ROOT, "node_modules/@tensorflow/tfjs-node");
  cpSync(whole, copy, { recursive: true, filter: (path) => path !== join(whole, "deps") });
  mkdirSync(join(copy, "deps/lib"), { recursive: true });
  for (const name of [
    "libtensorflow.so",
    "libtensorflow_cc.so.2",
    "libtensorflow_framework.so",
    "libtensorflow_framework.so.2",
  ])
    writeFileSync(join(copy, "deps/lib", name), "\x7fELF\x02\x01\x01 and then nothing more");
  const hook = join(folder, "hook.cjs");
  writeFileSync(
    hook,
    `const Module = require("node:module");
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (name, ...rest) => name === "@tensorflow/tfjs-node" ? ${JSON.stringify(join(copy, "dist/index.js"))} : resolve(name, ...rest);`,
  );
  const env = { ...process.env, NODE_PATH: join(ROOT, "node_modules"), DMS_NTM_OUT: folder };
  const node = (...args) =>
    spawnSync(process.execPath, ["--no-deprecation", "--require", hook, ...args], { cwd: ROOT, env, encoding: "utf8" });
  const command = node("lib/dist/src/cli/main.js", "data");
  const line = /^dms-ntm: tfjs-node can't be loaded, its TensorFlow runtime is missing or damaged: run `make repair`$/;
  count.expect(`a command says what to do: ${command.stderr}`, command.status === 1 && line.test(command.stderr.trim()));
  const own = node("-e", 'try { require("dms-ntm"); } catch (error) { console.log(error.name + ": " + error.message); }');
  count.expect(`a program is told the same: ${own.stdout}${own.stderr}`, /^UserError: .*make repair`$/.test(own.stdout.trim()));
  return count;
}
