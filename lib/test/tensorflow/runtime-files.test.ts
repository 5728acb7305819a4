import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { cutLibrary } from "../../src/tensorflow/runtime-files.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-runtime-"));
after(() => rmSync(scratch, { recursive: true }));

const tfjsNode = dirname(dirname(require.resolve("@tensorflow/tfjs-node")));
const addon = join(tfjsNode, "lib/napi-v8/tfjs_binding.node");
const fake = join(scratch, "tfjs-node");
const library = join(fake, "deps/lib/libtensorflow_cc.so.2");
const ownAddon = join(fake, "lib/napi-v8/tfjs_binding.node");

/** A package like tfjs-node; any native library will do as TensorFlow's, and the addon is a small one. */
beforeEach(() => {
  rmSync(fake, { recursive: true, force: true });
  for (const folder of ["deps/lib", "dist", "lib/napi-v8"]) mkdirSync(join(fake, folder), { recursive: true });
  copyFileSync(addon, library);
  copyFileSync(addon, ownAddon);
  symlinkSync("libtensorflow_cc.so.2", join(fake, "deps/lib/libtensorflow.so"));
  writeFileSync(join(fake, "dist/index.js"), 'console.log("loaded")');
});

const { size } = statSync(addon);

test("what is whole passes, as does what is no native library", () => {
  assert.equal(cutLibrary(tfjsNode), undefined);
  assert.equal(cutLibrary(fake), undefined);
  assert.equal(cutLibrary(join(scratch, "nowhere")), undefined);
  writeFileSync(library, "a text that is longer than the 64 bytes of a library's header, and that has no such header");
  assert.equal(cutLibrary(fake), undefined);
});

for (const [what, left] of [
  ["half", 0.5],
  ["all but the last byte", 1 - 1e-9],
  ["its header alone", 1e-3],
  ["nothing", 0],
] as const)
  test(`a library of which ${what} is left is named, and so is the addon`, () => {
    truncateSync(library, Math.floor(size * left));
    assert.match(cutLibrary(fake)!, /libtensorflow(_cc)?\.so/);
    copyFileSync(addon, library);
    truncateSync(ownAddon, Math.floor(size * left));
    assert.equal(cutLibrary(fake), ownAddon);
  });

test("it is told in one line before the library is loaded", () => {
  const hook = join(scratch, "hook.cjs");
  writeFileSync(
    hook,
    `const Module = require("node:module");
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (name, ...rest) =>
      name === "@tensorflow/tfjs-node" ? ${JSON.stringify(join(fake, "dist/index.js"))} : resolve(name, ...rest);`,
  );
  const environment = JSON.stringify(join(__dirname, "../../src/tensorflow/environment.js"));
  const load = () =>
    spawnSync(
      process.execPath,
      [
        "--require",
        hook,
        "-e",
        `try { require(${environment}) } catch (error) { console.log(error.name, error.message) }`,
      ],
      { encoding: "utf8" },
    ).stdout.trim();
  assert.equal(load(), "loaded");
  truncateSync(library, size / 2);
  assert.match(load(), /^UserError .*libtensorflow\S* is cut off: run `make repair`$/);
});
