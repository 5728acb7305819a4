import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "./check.js";

/**
 * Writes a file whole or not at all: into a new file beside it, flushed, then renamed. Missing folders are made.
 *
 * @throws UserError when the file can't be written
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, content, { flag: "wx", flush: true });
    renameSync(draft, path);
  } catch (cause) {
    if (existsSync(draft)) rmSync(draft);
    throw new UserError(`${path} can't be written: ${(cause as Error).message}`, { cause });
  }
}
