/**
 * scripts/setup.py where its surroundings are odd, and when it is stopped: one line, the shell's status, no second
 * set-up.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { project } from "../src/support/folders.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "dms-ntm-setup-")));
after(() => rmSync(folder, { recursive: true }));
const python = join(project().root, ".venv/bin/python");
const available = { skip: existsSync(python) ? false : "there is no .venv here" };
const code = (text: string) => [
  "-c",
  `import os, signal, subprocess, sys, tempfile, time
sys.path.insert(0, ${JSON.stringify(join(project().root, "scripts"))})
import setup
${text}`,
];

function printed(text: string, env: Record<string, string | undefined>) {
  const { status, stdout, stderr } = spawnSync(python, code(text), {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

test("the cache is an absolute folder wherever it is asked for: links to it are made from elsewhere", available, () => {
  const where = (env: Record<string, string | undefined>) =>
    printed("print(setup.cache_folder().parent)", {
      DMS_NTM_CACHE: undefined,
      XDG_CACHE_HOME: undefined,
      ...env,
    }).stdout;
  assert.equal(where({ DMS_NTM_CACHE: "a cache" }), join(folder, "a cache"));
  assert.equal(where({ XDG_CACHE_HOME: "xdg" }), join(folder, "xdg/dms-ntm"));
  assert.equal(where({ HOME: "home" }), join(folder, "home/.cache/dms-ntm"));
  assert.equal(where({ HOME: "/a home" }), "/a home/.cache/dms-ntm");
  assert.match(where({ HOME: undefined }), /^\/.*\.cache\/dms-ntm$/);
});

test("a cache that can't be written is one line; TMPDIR isn't asked for it", available, () => {
  const fetch = `setup.need_room = lambda where: None
setup.PARTS["tensorflow"] = lambda: setup.fetch_runtime(setup.cache_folder())
setup.main(["tensorflow"])`;
  const { status, stdout, stderr } = printed(fetch, { DMS_NTM_CACHE: "/proc/none", TMPDIR: "/nonexistent" });
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(
    stderr,
    /^setup: \/proc\/none can't be written \(.*\): set DMS_NTM_CACHE to a folder for TensorFlow's runtime \(700 MB\)$/,
  );
});

/** A set-up whose work is in a child and in a temporary folder, at which a signal comes twice. */
const WORK = `def work():
    with tempfile.TemporaryDirectory(dir=".", prefix="unpacking-"):
        print("at it", flush=True)
        try:
            setup.run("sleeping", ["sleep", "60"])
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
setup.PARTS["node"] = work
setup.main(["node"])`;

test("stopped by any signal: one line, the shell's status, nothing half-made stays", available, async () => {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    const child = spawn(python, code(WORK), { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.once("data", () => child.kill(signal));
    const ended = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual([ended, stderr], [status, "setup: interrupted: run the command again to go on\n"], signal);
    assert.equal(spawnSync("ls", [folder], { encoding: "utf8" }).stdout, "", signal);
  }
});

test("with nohup a hang-up is no end", available, () => {
  const text = `signal.signal(signal.SIGHUP, signal.SIG_IGN)
setup.PARTS["node"] = lambda: (os.kill(os.getpid(), signal.SIGHUP), print("went on"))
setup.main(["node"])`;
  assert.deepEqual(printed(text, {}), { status: 0, stdout: "went on", stderr: "" });
});

/** What each program behind a target of make imports first of its own accord, and what it calls itself. */
const PROGRAMS = {
  "scripts/setup.py": ["hashlib", "setup"],
  "scripts/project.py": ["json", "project"],
  "scripts/run_notebooks.py": ["argparse", "notebooks"],
  "scripts/run_notebook.py": ["click", "run"],
  "scripts/licences.py": ["json", "licences"],
  "scripts/test_pack.py": ["json", "test-pack"],
  "scripts/test_project.py": ["nbformat", "test-project"],
  "cluster/run.py": ["argparse", "cluster"],
  "cluster/test_cluster.py": ["json", "test-cluster"],
};

test("stopped while it imports, any program ends in one line and with the shell's status", available, () => {
  const { root } = project();
  for (const [program, [imported, name]] of Object.entries(PROGRAMS))
    for (const [signal, status] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      // the signal comes in the middle of an import: before its own lines the module is another's
      const text = `import os, runpy, signal, sys
class Stop:
    def find_spec(self, found, *_):
        if found == ${JSON.stringify(imported)}: os.kill(os.getpid(), signal.${signal})
for found in [m for m in sys.modules if m.split(".")[0] == ${JSON.stringify(imported)}]: del sys.modules[found]
sys.meta_path.insert(0, Stop())
sys.argv = [${JSON.stringify(join(root, program))}]
sys.path[0] = os.path.dirname(sys.argv[0])
runpy.run_path(sys.argv[0], run_name="__main__")`;
      const ended = spawnSync(python, ["-c", text], { cwd: folder, encoding: "utf8" });
      assert.deepEqual(
        [ended.status, ended.stdout, ended.stderr],
        [status, "", `${name}: interrupted: run the command again to go on\n`],
        `${program} by ${signal}`,
      );
    }
});
