import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "./user-error.js";

/** A file or folder that couldn't be written: what was made is fine, its place isn't. */
export class NotWrittenError extends UserError {}

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

/**
 * Why a file or folder couldn't be written, and what to do.
 * @param elsewhere how another place is chosen, as an order
 */
export function notWritten(path: string, cause: unknown, elsewhere: string): NotWrittenError {
  const { message, code = "" } = reason(path, cause as NodeJS.ErrnoException);
  const remedy = REMEDIES[code]?.replace("...", elsewhere);
  const line = `${path} can't be written: ${message.trim().replace(/\s+/g, " ")}`;
  return new NotWrittenError(remedy ? `${line}: ${remedy}` : line, { cause });
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

/** Whether a process of this number runs on this machine, whoever started it. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
