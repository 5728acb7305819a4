import { spawnSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Count, HERE, PYTHON, ROOT, scratch } from "./support.mjs";

/** TensorFlow's runtime: a cache that is damaged is found out, an interrupted or false download never becomes one. */
export async function runtimeCache() {
  const count = new Count();
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(HERE, "runtime.py"), scratch("cache")], {
    encoding: "utf8",
  });
  for (const line of stdout.trim().split("\n")) {
    const [verdict, what] = line.split("\t");
    count.expect(what, verdict === "held");
  }
  count.expect(`the checks of the cache end well: ${stderr}`, status === 0);
  return count;
}

/**
 * A library that is cut off at half of it, or nearly so short that nothing is left: one line says what to do, in a
 * command and in a program of one's own. A changed byte isn't tried: where it is harmless nobody notices, and else
 * TensorFlow may do anything; `make repair` finds it (`runtimeCache`), while a checksum at each start would take
 * seconds.
 */
export async function damagedRuntime() {
  const count = new Count();
  const folder = scratch("runtime");
  const copy = join(folder, "node_modules/@tensorflow/tfjs-node");
  const whole = join(ROOT, "node_modules/@tensorflow/tfjs-node");
  const libraries = join(whole, "deps/lib");
  if (!existsSync(join(libraries, CC))) {
    count.skip(`${CC} is not this machine's library`);
    return count;
  }
  cpSync(whole, copy, { recursive: true, filter: (path) => path !== join(whole, "deps") });
  const own = join(copy, "deps/lib");
  mkdirSync(own, { recursive: true });
  // links to the whole files, but for the one that a case replaces; never a change to the file itself, which other
  // checkouts use
  for (const name of readdirSync(libraries)) symlinkSync(realpathSync(join(libraries, name)), join(own, name));
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
  const program =
    'try { require("dms-ntm"); console.log("loaded"); } catch (error) { console.log(error.name + ": " + error.message); }';
  const data = () => node("lib/dist/src/cli/main.js", "data");
  count.expect("whole, it is loaded", data().status === 0 && node("-e", program).stdout === "loaded\n");
  const { size } = statSync(join(libraries, CC));
  const cases = {
    "cut at half": (path) => copyStart(join(libraries, CC), path, size / 2),
    "no library": (path) => writeFileSync(path, "\x7fELF\x02\x01\x01 and then nothing more"),
    "of zeros": (path) => writeFileSync(path, new Uint8Array(4096)),
    empty: (path) => writeFileSync(path, ""),
    missing: () => undefined,
  };
  for (const [what, make] of Object.entries(cases)) {
    const names = readdirSync(libraries).filter((name) => realpathSync(join(libraries, name)).endsWith(CC));
    for (const name of names) rmSync(join(own, name), { force: true });
    make(join(own, CC));
    for (const name of names.filter((each) => each !== CC)) symlinkSync(CC, join(own, name));
    const { status, stderr } = data();
    count.expect(
      `${what}, a command says what to do: ${stderr}`,
      status === 1 && /^dms-ntm: .*: run `make repair`\n$/.test(stderr),
    );
    const { stdout } = node("-e", program);
    count.expect(`${what}, a program is told the same: ${stdout}`, /^UserError: .*: run `make repair`\n$/.test(stdout));
  }
  return count;
}

const CC = "libtensorflow_cc.so.2";

/** The first bytes of a file as a new one. */
function copyStart(from, to, bytes) {
  const [source, target] = [openSync(from, "r"), openSync(to, "wx")];
  const chunk = Buffer.alloc(2 ** 24);
  for (let left = Math.floor(bytes); left > 0; ) {
    const read = readSync(source, chunk, 0, Math.min(chunk.length, left), null);
    writeSync(target, chunk, 0, read);
    left -= read;
  }
  for (const file of [source, target]) closeSync(file);
}
