import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project } from "../src/support/folders.js";

const { root } = project();
const text = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

interface Locked {
  version?: string;
  integrity?: string;
  link?: boolean;
  /** of a link: the folder */
  resolved?: string;
  hasInstallScript?: boolean;
}

test("every package of the Node side is locked with its hash, and none names a host", () => {
  const { packages } = JSON.parse(text("package-lock.json")) as { packages: Record<string, Locked> };
  const installed = Object.entries(packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
  assert.ok(installed.length > 200);
  for (const [path, { integrity }] of installed) assert.match(integrity ?? "none", /^sha512-[\w+/]{86}==$/, path);
  assert.ok(!/"resolved": "http/.test(text("package-lock.json")));
  // of the three that have an install script none is run: only tfjs-node's addon is built, by scripts/setup.py
  const scripts = installed
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace("node_modules/", ""));
  assert.deepEqual(scripts.sort(), ["@tensorflow/tfjs-node", "core-js", "zeromq"]);
});

test("dependencies are pinned to one version, which is the locked one", () => {
  const { packages } = JSON.parse(text("package-lock.json")) as { packages: Record<string, Locked> };
  for (const folder of ["", "capture/", "lib/"]) {
    const manifest = `${folder}package.json`;
    const { dependencies, devDependencies } = JSON.parse(text(manifest)) as Record<string, Record<string, string>>;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
      const found = packages[`${folder}node_modules/${name}`] ?? packages[`node_modules/${name}`];
      const locked = found?.link ? packages[found.resolved!] : found;
      assert.equal(locked?.version, version, name);
    }
  }
});

for (const file of [
  "requirements.txt",
  "scripts/requirements-uv.txt",
  "bench/peers/requirements.txt",
  "cluster/requirements.txt",
]) {
  test(`every package of ${file} is pinned with its hashes`, () => {
    const lines = text(file).replaceAll("\\\n", " ").split("\n");
    const packages = lines.filter((line) => line && !/^\s*#/.test(line));
    assert.ok(packages.length >= 1);
    for (const line of packages) assert.match(line, /^[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}/);
  });
}

test("the set-up runs no install script, checks every hash, and JupyterLab listens on localhost with its token", () => {
  const setup = text("scripts/setup.py");
  assert.match(setup, /TOOLS \/ "npm", "ci", "--ignore-scripts"/);
  for (const [call] of setup.matchAll(/.*"pip", "install".*/g)) assert.ok(/--require-hashes|\*locked/.test(call), call);
  assert.match(setup, /locked = \["--require-hashes"/);
  assert.match(setup, /WHEEL_SHA256 = "[0-9a-f]{64}"/);
  const makefile = text("Makefile");
  for (const [call] of makefile.matchAll(/pip install .*/g)) assert.match(call, /--require-hashes/);
  assert.match(makefile, /jupyterlab .*--ServerApp\.ip=localhost/);
  assert.ok(!/token=|password|allow_origin|disable_check_xsrf/i.test(makefile));
  for (const [call] of makefile.matchAll(/npm (install|ci).*/g)) assert.match(call, /--ignore-scripts/);
});

test("nothing in the library, the notebooks or the kernel's own programs asks for anything over the network", () => {
  const asks =
    "\\bfetch\\(|(node:|['\"])(https?|net|tls|dgram|dns)['\"]|XMLHttpRequest|WebSocket|(load|read)[A-Za-z]*\\(['\"]https?:|urllib|\\brequests\\b|socket";
  const folders = ["capture/src", "lib/src", "notebooks", "scripts/jupyter", "scripts/run_notebooks.py"].map((folder) =>
    join(root, folder),
  );
  // of a notebook its cells' source, one line each, not what a cell has printed
  const { stdout } = spawnSync(
    "grep",
    ["-rnE", "--include=*.ts", "--include=*.py", "--include=*.ipynb", asks, ...folders],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  const found = stdout.split("\n").filter((line) => line && !/ipynb:\d+:\s+"(text|image|application)/.test(line));
  assert.deepEqual(found, []);
});

const python = join(root, ".venv/bin/python");
test("THIRD_PARTY.md is up to date", {
  skip: existsSync(python) ? false : "no .venv in the project: run `make setup`",
}, () => {
  const { status, stderr } = spawnSync(python, [join(root, "scripts/licences.py"), "--check"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("SECURITY.md tells the versions, hashes and addresses that the code has", () => {
  const [security, setup, makefile] = [text("SECURITY.md"), text("scripts/setup.py"), text("Makefile")];
  const [, version] = /^TENSORFLOW = "(.*)"$/m.exec(setup)!;
  const [, hash] = /^WHEEL_SHA256 = "(.*)"$/m.exec(setup)!;
  assert.ok(security.includes(`TensorFlow ${version}, `) && security.includes(`${hash!.slice(0, 8)}...`));
  assert.match(makefile, /--ServerApp\.ip=localhost/);
  // what is taken without a hash is told, and nothing else is taken so
  const [, audit] = /tool run --from pip-audit==(\S+)/.exec(makefile)!;
  assert.ok(security.includes(`pip-audit ${audit}, `));
  assert.deepEqual(setup.match(/"npm", "rebuild", .*?\]/g), ['"npm", "rebuild", "@tensorflow/tfjs-node"]']);
  assert.match(security, /TensorFlow on other systems \| nowhere .*@tensorflow\/tfjs-node/);
  // what it names is there
  for (const [, target] of security.matchAll(/`make ([\w-]+)`/g))
    assert.match(makefile, new RegExp(`^${target}:`, "m"), target);
  for (const [, file] of security.matchAll(/`([\w/.-]+\.(?:txt|json|py))`/g))
    assert.ok(existsSync(join(root, file!)), file);
});
