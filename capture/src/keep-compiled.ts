import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { notWritten } from "./support/files.js";
import { CaptureError, UserError } from "./support/user-error.js";

/**
 * What XLA reads back is executed, and a damaged file is an error. So each file has a seal beside it, the hash that it
 * had when it was whole; what has none, or another, is removed before XLA looks.
 */
const SEAL = ".sha256";
/** Marks a program whose code is kept; XLA names its own files by more than that. */
const MARK = ".program";
/** All files together, bytes: the oldest go first. A program of a memory model has about 1 MB. */
const MOST_BYTES = 128 * 2 ** 20;
/** XLA's own maximum and minimum, of reductions too, prefer a number to NaN; with this they don't. */
const NAN_FLAG = "--xla_cpu_enable_fast_min_max=false";

const ELSEWHERE = "take another folder for compiled code";
/** Free bytes below which nothing is kept: where XLA can't write, the program fails. */
const ROOM = 256 * 2 ** 20;

const hash = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const hashOf = (folder: string, name: string) => hash(readFileSync(join(folder, name)));

/** Where this process keeps compiled code; undefined: nowhere. */
let kept: string | undefined;

/**
 * Keeps what XLA compiles in a folder, so that the next process loads it instead: the first step then takes a fraction
 * of the time, and gives the same bits. To be called before tfjs-node loads, which reads this once. XLA executes what
 * lies in the folder, so it has to be one's own: it is made with mode 0700 if missing, and refused if others may write
 * to it. In it each kind of machine has a folder of its own, for code of one may not run on another.
 *
 * It also quiets TensorFlow's log: at each load XLA would print that tuning flags of its own are no features of the
 * machine. Errors are thrown all the same.
 *
 * @param folder the folder above it is there
 * @throws UserError when the folder isn't one's own, or can't be made, or tfjs-node is loaded
 */
export function keepCompiled(folder: string): void {
  const flags = process.env.TF_XLA_FLAGS ?? "";
  const own = join(ownFolder(folder), machine(flags.replace(/--tf_xla_persistent_cache_directory="[^"]*"/, "").trim()));
  const flag = `--tf_xla_persistent_cache_directory="${own.replace(/["\\]/g, "\\$&")}"`;
  // a process that this one's parent started has it already; another folder is somebody's choice
  if (flags.includes("tf_xla_persistent_cache_directory") && !flags.includes(flag)) return;
  if (!flags.includes(flag) && isLoaded())
    throw new UserError(
      "tfjs-node is loaded already, and has read where compiled code is kept: call keepCompiled before it is imported, in an ES module in a file of its own",
    );
  ownFolder(own);
  const { bavail, bsize } = statfsSync(own);
  if (bavail * bsize < ROOM)
    throw notWritten(own, Object.assign(new Error("the disk is full"), { code: "ENOSPC" }), ELSEWHERE);
  kept = own;
  if (!flags.includes(flag)) process.env.TF_XLA_FLAGS = `${flags} ${flag}`.trim();
  // "2" is what this project's own processes hand down; anything else somebody chose
  if ((process.env.TF_CPP_MIN_LOG_LEVEL ?? "2") === "2") process.env.TF_CPP_MIN_LOG_LEVEL = "3";
}

/** Node lists the modules that an ES module imports before they have run. */
function isLoaded(): boolean {
  const tfjs = /[\\/]@tensorflow[\\/]tfjs-node[\\/]dist[\\/]index\.js$/;
  return Object.entries(require.cache).some(([name, module]) => module?.loaded && tfjs.test(name));
}

/**
 * Makes a folder with mode 0700 if it is missing.
 * @throws UserError when it isn't one's own, or others may write to it
 */
function ownFolder(folder: string): string {
  let stats: ReturnType<typeof lstatSync>;
  try {
    // made by another process at the same time, it is there as well
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700, recursive: existsSync(join(folder, "..")) });
    stats = lstatSync(folder);
  } catch (cause) {
    throw notWritten(folder, cause, ELSEWHERE);
  }
  if (!stats.isDirectory() || stats.uid !== process.getuid?.())
    throw new UserError(`${folder} is no folder of your own, what lies there would be executed: ${ELSEWHERE}`);
  if ((stats.mode & 0o022) !== 0)
    throw new UserError(
      `others may write to ${folder}, what lies there would be executed: chmod 700 it, or ${ELSEWHERE}`,
    );
  if ((stats.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  return folder;
}

/** Names what compiled code depends on beside the program: the processor's kind and features, and XLA's flags. */
function machine(flags: string): string {
  let features = "";
  try {
    features = /^flags.*$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[0] ?? "";
  } catch {
    // not Linux: the model says enough
  }
  const parts = [cpus()[0]?.model, features, process.env.XLA_FLAGS?.replace(NAN_FLAG, "").trim(), flags];
  return hash(parts.join("\n")).slice(0, 12);
}

let ready = false;

/** What has to be in place before XLA compiles for the first time, when it reads its flags and what is kept. */
export function beforeXla(): void {
  if (ready) return;
  ready = true;
  // without it a loss of NaN would look finite
  const flags = process.env.XLA_FLAGS ?? "";
  if (!flags.includes("xla_cpu_enable_fast_min_max")) process.env.XLA_FLAGS = `${flags} ${NAN_FLAG}`.trim();
  if (kept !== undefined) checkKept(kept);
}

/**
 * Runs what makes XLA compile, or load what is kept, and seals what it wrote. Where what is kept is in the way (a file
 * that was cut since, a full disk), it is all removed, and XLA tries again.
 *
 * @param program what is compiled
 * @param again makes it forget that it failed
 */
export function withKept<T>(program: Uint8Array, run: () => T, again: () => void): T {
  const folder = kept;
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
    for (const name of namesIn(folder)) remove(folder, name);
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
  return kept !== undefined && existsSync(join(kept, hash(program) + MARK));
}

/**
 * Removes what isn't whole, isn't one's own, or is too much. Other processes may do the same, or add files, at the same
 * time.
 */
function checkKept(folder: string): void {
  const names = namesIn(folder);
  let removed = 0;
  const removeOne = (name: string) => {
    removed++;
    remove(folder, name);
  };
  const whole: { name: string; at: number; size: number }[] = [];
  for (const name of names) {
    if (name.endsWith(SEAL) && names.includes(name.slice(0, -SEAL.length))) continue;
    if (name.endsWith(MARK)) continue;
    const file = attempt(() => lstatSync(join(folder, name)));
    const fits =
      file?.isFile() &&
      file.uid === process.getuid?.() &&
      attempt(() => readFileSync(join(folder, name + SEAL), "utf8") === hashOf(folder, name));
    if (file && fits) whole.push({ name, at: file.mtimeMs, size: file.size });
    else removeOne(name);
  }
  let sum = 0;
  for (const { name, size } of whole.sort((a, b) => b.at - a.at)) {
    sum += size;
    if (sum > MOST_BYTES) removeOne(name);
  }
  // a mark doesn't say which code is its program's
  if (removed > 0) for (const name of names) if (name.endsWith(MARK)) remove(folder, name);
}

/**
 * Seals what has been written since: XLA renames a file into its place when it is complete. Another process may have
 * done so with the same program just before, in other bytes.
 *
 * @param since milliseconds, as `Date.now()`
 */
function sealKept(folder: string, since: number): void {
  for (const name of namesIn(folder)) {
    if (!name.endsWith(".pb")) continue;
    attempt(() => {
      if (lstatSync(join(folder, name)).mtimeMs < since - 1000) return;
      const draft = join(folder, `${name}.${process.pid}`);
      writeFileSync(draft, hashOf(folder, name));
      renameSync(draft, join(folder, name + SEAL));
    });
  }
}

/** None where the folder is gone: XLA makes it again. */
const namesIn = (folder: string) => attempt(() => readdirSync(folder)) ?? [];

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
