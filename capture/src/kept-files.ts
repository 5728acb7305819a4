/**
 * What XLA reads back is executed, and a damaged file is an error. So each file has a seal beside it, the hash that it
 * had when it was whole; what has none, or another, is removed before XLA looks.
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CaptureError } from "./error.js";
import { keptFolder, NAN_FLAG } from "./keep-compiled.js";

const SEAL = ".sha256";
/** Marks a program whose code is kept; XLA names its own files by more than that. */
const MARK = ".program";
/** All files together, bytes: the oldest go first. A program of a memory model has about 1 MB. */
const MOST_BYTES = 128 * 2 ** 20;

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const sealed = (folder: string, name: string) =>
  createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("hex");

let ready = false;

/** What has to be in place before XLA compiles for the first time, when it reads its flags and what is kept. */
export function beforeXla(): void {
  if (ready) return;
  ready = true;
  // without it a loss of NaN would look finite
  const flags = process.env.XLA_FLAGS ?? "";
  if (!flags.includes("xla_cpu_enable_fast_min_max")) process.env.XLA_FLAGS = `${flags} ${NAN_FLAG}`.trim();
  const folder = keptFolder();
  if (folder !== undefined) checkKept(folder);
}

/**
 * Runs what makes XLA compile, or load what is kept, and seals what it wrote. Where what is kept is in the way (a file
 * that was cut since, a full disk), it is all removed, and XLA tries again.
 *
 * @param program what is compiled
 * @param again makes it forget that it failed
 */
export function withKept<T>(program: Uint8Array, run: () => T, again: () => void): T {
  const folder = keptFolder();
  if (folder === undefined) return run();
  const inTheWay = (error: unknown) => {
    const { message } = error as Error;
    return message.includes(folder) || /Serialized|Read less bytes/.test(message);
  };
  const since = Date.now();
  let result: T;
  try {
    result = run();
  } catch (error) {
    if (!inTheWay(error)) throw error;
    for (const name of attempt(() => readdirSync(folder)) ?? []) remove(folder, name);
    again();
    try {
      result = run();
    } catch (cause) {
      if (!inTheWay(cause)) throw cause;
      const { message } = cause as Error;
      throw new CaptureError(`${message}: compiled code can't be kept in ${folder}: free some room there`, { cause });
    }
  }
  sealKept(folder, since);
  attempt(() => writeFileSync(join(folder, hash(program) + MARK), ""));
  return result;
}

/** Whether a program's code is probably kept. */
export function isKept(program: Uint8Array): boolean {
  const folder = keptFolder();
  return folder !== undefined && existsSync(join(folder, hash(program) + MARK));
}

/**
 * Removes what isn't whole, isn't one's own, or is too much. Other processes may do the same, or add files, at the same
 * time.
 */
function checkKept(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return; // gone: XLA makes it again
  }
  const whole: { name: string; at: number; size: number }[] = [];
  for (const name of names) {
    if (name.endsWith(SEAL) && names.includes(name.slice(0, -SEAL.length))) continue;
    if (name.endsWith(MARK)) continue;
    const file = attempt(() => lstatSync(join(folder, name)));
    const fits =
      file?.isFile() &&
      file.uid === process.getuid?.() &&
      attempt(() => readFileSync(join(folder, name + SEAL), "utf8") === sealed(folder, name));
    if (file && fits) whole.push({ name, at: file.mtimeMs, size: file.size });
    else remove(folder, name);
  }
  let sum = 0;
  for (const { name, size } of whole.sort((a, b) => b.at - a.at)) {
    sum += size;
    if (sum > MOST_BYTES) remove(folder, name);
  }
}

/**
 * Seals what has been written since: XLA renames a file into its place when it is complete. Another process may have
 * done so with the same program just before, in other bytes.
 *
 * @param since milliseconds, as `Date.now()`
 */
function sealKept(folder: string, since: number): void {
  for (const name of attempt(() => readdirSync(folder)) ?? []) {
    if (!name.endsWith(".pb")) continue;
    attempt(() => {
      if (lstatSync(join(folder, name)).mtimeMs < since - 1000) return;
      const draft = join(folder, `${name}.${process.pid}`);
      writeFileSync(draft, sealed(folder, name));
      renameSync(draft, join(folder, name + SEAL));
    });
  }
}

function remove(folder: string, name: string): void {
  for (const each of [name, name + SEAL]) attempt(() => rmSync(join(folder, each), { recursive: true, force: true }));
}

/** What another process removed meanwhile, or what can't be written, costs time to compile, no more. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
