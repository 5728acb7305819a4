import { randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "./check.js";
import { oneLine } from "./one-line.js";

/**
 * Writes a file whole or not at all: into a new file beside it, flushed, then renamed. Missing folders are made.
 *
 * @throws UserError when the file can't be written
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    makeFolder(dirname(path));
    writeFileSync(draft, content, { flag: "wx", flush: true });
    renameSync(draft, path);
  } catch (cause) {
    if (existsSync(draft)) rmSync(draft);
    throw notWritten(path, cause);
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

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "free some room and run it again",
  EDQUOT: "free some room and run it again",
  EACCES: "make it writable, or set DMS_NTM_OUT to another folder",
  EPERM: "make it writable, or set DMS_NTM_OUT to another folder",
  EROFS: "make it writable, or set DMS_NTM_OUT to another folder",
  ENOENT: "no folder can be made there, choose another one",
  ENOTDIR: "a file is where a folder should be: move it away",
  EEXIST: "a file is where a folder should be: move it away",
};

/** Why a file or folder couldn't be written, and what to do. */
export function notWritten(path: string, cause: unknown): UserError {
  const { message, code = "" } = reason(path, cause as NodeJS.ErrnoException);
  const remedy = REMEDIES[code];
  return new UserError(`${path} can't be written: ${oneLine(message)}${remedy ? `: ${remedy}` : ""}`, { cause });
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
