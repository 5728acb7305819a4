import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { alive, notWritten as failure, type NotWrittenError } from "tfjs-capture/dist/src/support/files.js";
import { oneLine } from "./one-line.js";
import { UserError } from "./user-error.js";

export { NotWrittenError } from "tfjs-capture/dist/src/support/files.js";

const DRAFT = /\.(\d+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
/** A younger draft may be a live process's of another machine, or of another container, that shares the folder. */
const OLD = 3_600_000;

/** A new name beside a file or folder, for what takes its place once it is whole; it says whose it is. */
function draftOf(path: string): string {
  return `${path}.${process.pid}-${randomUUID()}.tmp`;
}

const swept = new Set<string>();

/**
 * Removes, the first time in a process, the drafts in a folder that are older than an hour and whose writer was killed.
 */
function sweepDrafts(folder: string): void {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of readdirSync(folder)) {
    const writer = DRAFT.exec(name);
    if (!writer || alive(Number(writer[1]))) continue;
    const draft = join(folder, name);
    try {
      if (Date.now() - statSync(draft).mtimeMs > OLD) rmSync(draft, { recursive: true, force: true });
    } catch {
      // another process has swept it, or another user has to
    }
  }
}

/**
 * Writes a file whole or not at all: into a new file beside it, flushed, then renamed. Missing folders are made.
 *
 * @param elsewhere how another place is chosen, for the message
 * @throws UserError when the file can't be written
 */
export function writeAtomically(path: string, content: string | Uint8Array, elsewhere?: string): void {
  const draft = draftOf(path);
  try {
    makeFolder(dirname(path));
    sweepDrafts(dirname(path));
    checkReplaceable(path);
    writeFileSync(draft, content, { flag: "wx", flush: true });
    renameSync(draft, path);
  } catch (cause) {
    if (existsSync(draft)) rmSync(draft);
    throw notWritten(path, cause, elsewhere);
  }
}

/**
 * Makes a file that isn't there yet, whole or not at all. Missing folders are made.
 *
 * @returns false where there is one
 * @throws UserError when the file can't be written
 */
export function createAtomically(path: string, content: string): boolean {
  const draft = draftOf(path);
  try {
    makeFolder(dirname(path));
    sweepDrafts(dirname(path));
    writeFileSync(draft, content, { flag: "wx" });
    linkSync(draft, path);
    return true;
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === "link" && code === "EEXIST") return false;
    throw notWritten(path, cause);
  } finally {
    if (existsSync(draft)) rmSync(draft);
  }
}

/** What isn't a file, such as a device or a pipe, would be taken away by a file that is renamed to its name. */
function checkReplaceable(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there || there.isFile()) return;
  const what = there.isDirectory() ? "EISDIR: a folder" : "a device or pipe";
  throw Object.assign(new Error(`${what} is there`), { code: "EISDIR" });
}

/**
 * Makes a folder whole or not at all: `fill` writes into a new one beside it, which then takes its place. A folder that
 * was there is back if that fails, and is removed only when the new one is there.
 *
 * @param elsewhere as of `writeAtomically`
 * @throws UserError when it can't be written; what `fill` throws as a UserError stays as it is
 */
export async function writeFolder(
  folder: string,
  fill: (draft: string) => void | Promise<void>,
  elsewhere?: string,
): Promise<void> {
  const draft = draftOf(folder);
  try {
    makeFolder(dirname(folder));
    sweepDrafts(dirname(folder));
    await fill(draft);
    replace(folder, draft);
  } catch (cause) {
    if (existsSync(draft)) rmSync(draft, { recursive: true });
    throw cause instanceof UserError ? cause : notWritten(folder, cause, elsewhere);
  }
}

function replace(folder: string, draft: string): void {
  const old = existsSync(folder) ? draftOf(folder) : undefined;
  if (old) renameSync(folder, old);
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (old) renameSync(old, folder);
    // another process has made it meanwhile
    else if (existsSync(folder)) {
      replace(folder, draft);
      return;
    }
    throw error;
  }
  if (old) rmSync(old, { recursive: true });
}

/**
 * Makes a folder and those above it, one by one: Node's `recursive` goes on for ever where the system has no folder to
 * make, as in /proc.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // another process may have been quicker
    if (!existsSync(folder)) throw error;
  }
}

/** More than a record has; on a disk with less room the next one would not fit. */
const ROOM = 65_536;

/**
 * Tries, before long work, whether its result could be written: makes the missing folders, writes something beside the
 * file and removes it.
 *
 * @param elsewhere as of `writeAtomically`
 * @throws UserError when it couldn't
 */
export function checkWritable(path: string, elsewhere?: string): void {
  const draft = draftOf(path);
  try {
    makeFolder(dirname(path));
    checkReplaceable(path);
    writeFileSync(draft, new Uint8Array(ROOM), { flag: "wx", flush: true });
  } catch (cause) {
    throw notWritten(path, cause, elsewhere);
  } finally {
    if (existsSync(draft)) rmSync(draft);
  }
}

/**
 * What a text of JSON says.
 *
 * @param where it stands, and what to do (`remedy`), for the message
 * @throws UserError when it isn't JSON
 */
export function parseJson(text: string, where: string, remedy: string): unknown {
  return orUnread(() => JSON.parse(text), where, remedy);
}

/** What a file of JSON says. @throws UserError when it can't be read, or isn't JSON */
export function readJson(path: string, remedy: string): unknown {
  return orUnread(() => JSON.parse(readFileSync(path, "utf8")), path, remedy);
}

function orUnread(read: () => unknown, where: string, remedy: string): unknown {
  try {
    return read();
  } catch (error) {
    throw new UserError(`${where} can't be read (${oneLine((error as Error).message)}): ${remedy}`);
  }
}

/** How another folder is chosen for what the project writes. */
const OUT = "set DMS_NTM_OUT to another folder";

/** Why a file or folder couldn't be written, and what to do. @param elsewhere as of `writeAtomically` */
export function notWritten(path: string, cause: unknown, elsewhere = OUT): NotWrittenError {
  return failure(path, cause, elsewhere);
}
