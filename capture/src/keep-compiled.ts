import { createHash } from "node:crypto";
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statfsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { notWritten } from "./support/not-written.js";
import { UserError } from "./support/user-error.js";

const ELSEWHERE = "take another folder for compiled code";
/** Free bytes below which nothing is kept: where XLA can't write, the program fails. */
const ROOM = 256 * 2 ** 20;

/** Where this process keeps compiled code; undefined: nowhere. */
let kept: string | undefined;

export function keptFolder(): string | undefined {
  return kept;
}

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
 * @throws UserError when the folder isn't one's own, or can't be made
 */
export function keepCompiled(folder: string): void {
  const flags = process.env.TF_XLA_FLAGS ?? "";
  const own = join(ownFolder(folder), machine(flags.replace(/--tf_xla_persistent_cache_directory="[^"]*"/, "").trim()));
  const flag = `--tf_xla_persistent_cache_directory="${own.replace(/["\\]/g, "\\$&")}"`;
  // a process that this one's parent started has it already; another folder is somebody's choice
  if (flags.includes("tf_xla_persistent_cache_directory") && !flags.includes(flag)) return;
  ownFolder(own);
  const { bavail, bsize } = statfsSync(own);
  if (bavail * bsize < ROOM)
    throw notWritten(own, Object.assign(new Error("the disk is full"), { code: "ENOSPC" }), ELSEWHERE);
  kept = own;
  if (!flags.includes(flag)) process.env.TF_XLA_FLAGS = `${flags} ${flag}`.trim();
  // "2" is what this project's own processes hand down; anything else somebody chose
  if ((process.env.TF_CPP_MIN_LOG_LEVEL ?? "2") === "2") process.env.TF_CPP_MIN_LOG_LEVEL = "3";
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
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 12);
}

/** XLA's own maximum and minimum, of reductions too, prefer a number to NaN; with this they don't. */
export const NAN_FLAG = "--xla_cpu_enable_fast_min_max=false";
