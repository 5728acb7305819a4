/** The command line where its surroundings are odd: one line at most, the right status, nothing lost. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { projectRoot, scratch } from "./support.js";

const { out } = scratch();
const main = join(__dirname, "../../src/cli/main.js");
const environment = { ...process.env, DMS_NTM_OUT: out, DMS_NTM_PROFILE: "smoke" };

/** A command in a shell, as `$D` with redirections; the shell's own status is that of `$D`. */
function shell(line: string, env: Record<string, string | undefined> = {}) {
  const node = process.execPath;
  const script = `D() { "${node}" --no-deprecation "${main}" "$@"; }; set -o pipefail; ${line}`;
  // bash reads .bashrc where it takes its stdin for a network connection
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], {
    cwd: projectRoot,
    env: { ...environment, ...env },
    encoding: "utf8",
  });
  return { status, stdout, lines: stderr.split("\n").filter(Boolean) };
}

const full = { skip: existsSync("/dev/full") ? false : "there is no /dev/full here" };

test("stdout on a full disk: a line, and status 1", full, () => {
  for (const command of ["--help", "tasks --help", "data", "data --json", "results --help"]) {
    const { status, lines } = shell(`D ${command} > /dev/full`);
    const own = lines.filter((line) => !line.startsWith("data: "));
    assert.deepEqual(own, ["dms-ntm: stdout can't be written: ENOSPC: no space left on device, write"], command);
    assert.equal(status, 1, command);
  }
  // what the command was for is there
  assert.match(shell("D data").stdout, /is there|3200/);
});

test("a reader that has gone: the program ends without a word", () => {
  for (const command of ["--help", "data --json"]) {
    const { status, lines } = shell(`D ${command} | true`);
    // with --json the lines go to stderr
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("data: ")),
      [],
      command,
    );
    // the pipe may have taken all before it was closed
    assert.ok(status === 141 || status === 0, `${command}: ${status}`);
  }
  // here it surely is closed: the process substitution has ended
  const { status, lines } = shell("exec 3> >(exec 0<&-; true); sleep 0.5; D --help >&3");
  assert.deepEqual([status, lines], [141, []]);
});

test("stderr that can't be written leaves the status as it is", full, () => {
  assert.equal(shell("D nonsense 2> /dev/full").status, 2);
  assert.equal(shell("D nonsense 2>&-").status, 2);
  assert.equal(shell("D check --json 2> /dev/full > /dev/full").status, 1);
});

test("closed stdin, stdout and no terminal", () => {
  assert.equal(shell("D --version <&-").stdout, "0.2.0\n");
  assert.equal(shell("D --version < /dev/null 2>&- | cat").stdout, "0.2.0\n");
  // Node puts /dev/null in the place of a closed stdout, which can't be told from one that was asked for
  assert.deepEqual(shell("D --version >&-").lines, []);
  assert.equal(shell("setsid bash -c 'true'; D --version", { TERM: undefined }).stdout, "0.2.0\n");
});

test("HOME absent, of nobody's or read-only: nothing asks for it", () => {
  for (const HOME of [undefined, "", "/nonexistent", "/proc"]) {
    const { status, lines } = shell("D data", { HOME });
    assert.deepEqual([status, lines], [0, []], HOME);
  }
});

test("TMPDIR odd: a run works where it can, and says in a line where it can't", () => {
  const spaced = mkdtempSync(join(out, "a b'c "));
  const locked = join(out, "locked");
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  const study = "D run --help > /dev/null && D study --models mlp --seeds 1";
  assert.equal(shell(study, { TMPDIR: spaced }).status, 0);
  assert.deepEqual(readdirSync(spaced), [], "what was put into TMPDIR is gone");
  const { status, lines } = shell("D study sound-20 --models gru --seeds 1 --fresh", { TMPDIR: "/nonexistent/x" });
  assert.equal(status, 1);
  assert.match(lines.at(-1)!, /^dms-ntm: .*\/nonexistent\/x can't be written: .*set TMPDIR to another folder/);
});

/** Starts a command and sends a signal as soon as `when` says so, of what it has printed. */
function signalled(args: string[], signal: NodeJS.Signals, when: (printed: string) => boolean) {
  const child = spawn(process.execPath, ["--no-deprecation", main, ...args], { cwd: projectRoot, env: environment });
  let [printed, stderr, sent] = ["", "", false];
  const look = () => {
    if (!sent && when(printed)) sent = child.kill(signal);
  };
  child.stdout.on("data", (chunk) => {
    printed += chunk;
    look();
  });
  child.stderr.on("data", (chunk) => {
    printed += chunk;
    stderr += chunk;
    look();
  });
  return new Promise<{ code: number | null; by: string | null; stderr: string }>((resolve) =>
    child.on("exit", (code, by) => resolve({ code, by, stderr })),
  );
}

test("signals while a study trains: one line, the shell's status, and no draft of a file", async () => {
  for (const [signal, status] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ] as const) {
    const { code, stderr } = await signalled(
      ["study", "--fresh", "--models", "gru,ntm", "--seeds", "2"],
      signal,
      (printed) => /to make/.test(printed),
    );
    assert.equal(code, status, `${signal}: ${stderr}`);
    assert.match(stderr.trim().split("\n").at(-1)!, /^dms-ntm: /);
    const files = readdirSync(out, { recursive: true }).map(String);
    assert.deepEqual(
      files.filter((name) => /\.draft|\.tmp|~$/.test(name)),
      [],
    );
  }
});

test("what npx runs is executable, and says nothing of Node's deprecations", () => {
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  const run = (...args: string[]) =>
    spawnSync(join(projectRoot, "node_modules/.bin/dms-ntm"), args, {
      env: { ...environment, PATH },
      encoding: "utf8",
    });
  const { status, stdout, stderr } = run("results", "smoke", "--help");
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^Usage: dms-ntm results/);
  const { stdout: json, stderr: lines } = run("data", "--json");
  assert.ok(JSON.parse(json).train > 0);
  assert.ok(!lines.includes("DEP0"), lines);
});

test("help shows each choice, and the maintainers' commands apart", () => {
  const commands = ["", "study", "run", "results", "check", "records", "figures", "weights", "bench"];
  const helps = new Map(commands.map((command) => [command, shell(`D ${command} --help`).stdout]));
  const help = (command: string) => helps.get(command)!;
  for (const command of commands)
    for (const line of help(command).split("\n")) assert.ok(line.length <= 100, `${command} --help: ${line}`);
  const groups = help("").split(/\n(?=Commands:|For programs|For maintainers)/);
  assert.deepEqual(
    groups.slice(1).map((group) => [...group.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)),
    [
      ["data", "study", "run", "results", "check", "records", "figures", "help"],
      ["batches", "rate", "batch"],
      ["reference", "weights", "degeneracy", "results", "bench"],
    ],
  );
  assert.match(help("study"), /\n {2}published: mlp, gru, ntm, dms\n/);
  assert.match(help("study"), /\n {2}long: lstm, ntm, ntm-wide, dms, /);
  assert.match(help("run"), /long-jump-recall/);
  assert.match(help("figures"), /loss_comparison, .*copy_ntm_length/s);
  assert.match(help("weights"), /long-jump-dms-periodic/);
});

test("started in a folder that is gone: a line that says what to do", () => {
  const { status, lines } = shell('here=$(mktemp -d); cd "$here"; rmdir "$here"; D results');
  assert.equal(status, 1);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^dms-ntm: the folder that this was started in is gone: change to another one \(ENOENT/);
});
