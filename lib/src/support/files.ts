import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { draftOf, sweepDrafts } from "./drafts.js";
import { oneLine } from "./one-line.js";
import { UserError } from "./user-error.js";

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
    writeFileSync(draft, content, { flag: "wx", flush: true });
    renameSync(draft, path);
  } catch (cause) {
    if (existsSync(draft)) rmSync(draft);
    throw notWritten(path, cause, elsewhere);
  }
}

/** Makes a folder and those above it, one by one: Node's `recursive` goes on for ever where the system has no folder to make, as in /proc. */
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
 * Tries, before long work, whether its result could be written: makes the missing folders, writes something beside the file and removes it.
 *
 * @param elsewhere as of `writeAtomically`
 * @throws UserError when it couldn't
 */
export function checkWritable(path: string, elsewhere?: string): void {
  const draft = draftOf(path);
  try {
    makeFolder(dirname(path));
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw Object.assign(new Error("EISDIR: a folder is there"), { code: "EISDIR" });
    writeFileSync(draft, new Uint8Array(ROOM), { flag: "wx", flush: true });
  } catch (cause) {
    throw notWritten(path, cause, elsewhere);
  } finally {
    if (existsSync(draft)) rmSync(draft);
  }
}

/** A file or folder that couldn't be written: what was made is fine, its place isn't. */
export class NotWrittenError extends UserError {}

/** How another folder is chosen for what the project writes. */
const OUT = "set DMS_NTM_OUT to another folder";

/** What to do, by the error's code; "..." is how another place is chosen. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "free some room and run it again, or ...",
  EDQUOT: "free some room and run it again, or ...",
  EACCES: "make it writable, or ...",
  EPERM: "make it writable, or ...",
  EROFS: "make it writable, or ...",
  ENOTDIR: "a file is where a folder should be: move it away, or ...",
  EEXIST: "a file is where a folder should be: move it away, or ...",
  ENOENT: "make the folder, or ...",
  EISDIR: "move it away, or ...",
};

/** Why a file or folder couldn't be written, and what to do. @param elsewhere as of `writeAtomically` */
export function notWritten(path: string, cause: unknown, elsewhere = OUT): NotWrittenError {
  const { message, code = "" } = reason(path, cause as NodeJS.ErrnoException);
  const remedy = REMEDIES[code]?.replace("...", elsewhere);
  return new NotWrittenError(`${path} can't be written: ${oneLine(message)}${remedy ? `: ${remedy}` : ""}`, { cause });
}

/** Node calls a folder that can't be made on a read-only disk ENOENT: the folder above tells. */
function reason(path: string, cause: NodeJS.ErrnoException): NodeJS.ErrnoException {
  if (cause.code !== "ENOENT") return cause;
  let above = dirname(path);
  while (!existsSync(above)) above = dirname(above);
  try {
    accessSync(above, constants.W_OK);
    return cause;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
