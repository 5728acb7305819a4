/**
 * What the parts of `make test-faults` share: a small study in processes of its own, and how its records are compared.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = dirname(dirname(HERE));
export const PYTHON = join(ROOT, ".venv/bin/python");
export const dms = createRequire(import.meta.url)("dms-ntm");
export const root = process.getuid?.() === 0;

/** A folder of this part's own; all of them are removed in the end. */
export const folders = [];
export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `dms-ntm-faults-${name}-`));
  folders.push(folder);
  return folder;
}

/** What is at work, in process groups of its own: ended with the faults, which Ctrl-C reaches alone. */
export const children = new Set();
export function spawned(child) {
  children.add(child);
  child.on("close", () => children.delete(child));
  return child;
}

/** Counts what was tried and what held. */
export class Count {
  tried = 0;
  held = 0;
  skipped = 0;
  notes = [];

  expect(what, holds) {
    this.tried++;
    if (holds) this.held++;
    else console.error(`faults: NOT SO: ${what}`);
  }

  skip(why) {
    this.skipped++;
    this.notes.push(`skipped: ${why}`);
  }
}

/**
 * A study of forty runs of tenths of a second, as a process group of its own; it ends with the epochs that it has
 * trained.
 */
export function start(folder, { env = {}, runs = 40 } = {}) {
  const args = ["--no-deprecation", join(HERE, "study.mjs"), folder, String(runs)];
  const options = {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  };
  const child = spawned(spawn(process.execPath, args, options));
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].on("data", (chunk) => {
      text[name] += chunk;
    });
  const ended = new Promise((resolve) =>
    child.on("close", (status, signal) =>
      resolve({ pid: child.pid, status, signal, stderr: text.stderr.trim(), epochs: Number(text.stdout) }),
    ),
  );
  return { child, ended };
}

export const study = (folder, options) => start(folder, options).ended;

/** The command line, once. */
export function command(args, env = {}) {
  const main = join(ROOT, "lib/dist/src/cli/main.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--no-deprecation", main, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr: stderr.trim() };
}

/** kill -9 for a process and all that it started. */
export function killGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

/** The bytes of every finished record, by file name. */
export function records(folder) {
  const where = join(folder, "faults");
  if (!existsSync(where)) return new Map();
  const names = readdirSync(where).filter((name) => name.endsWith(".json"));
  return new Map(names.map((name) => [name, readFileSync(join(where, name), "utf8")]));
}

/** Whether all records of `some` are in `all`, equal byte by byte. */
export const within = (some, all) => [...some].every(([name, bytes]) => all.get(name) === bytes);

/** Whether a failure is one line, without a stack, that matches. */
export const isLine = ({ status, stderr }, expected) => status === 1 && !stderr.includes("\n") && expected.test(stderr);

let undisturbed;
/** The records of a study that nothing happens to. */
export async function reference() {
  undisturbed ??= (async () => {
    const folder = scratch("reference");
    const started = performance.now();
    const { status, stderr } = await study(folder);
    if (status !== 0) throw new Error(`the undisturbed study failed: ${stderr}`);
    return { all: records(folder), seconds: (performance.now() - started) / 1000 };
  })();
  return undisturbed;
}

/** Mounts a memory file system; undefined where that isn't allowed. */
export function mountMemory(size) {
  const folder = scratch("disk");
  const mounted = root && spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]).status === 0;
  if (!mounted) return undefined;
  mounts.push(folder);
  return folder;
}
export const mounts = [];
export const remount = (folder, options) => spawnSync("mount", ["-o", `remount,${options}`, folder]).status === 0;

export { sleep };
