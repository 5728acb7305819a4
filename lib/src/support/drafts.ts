import { randomUUID } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { alive } from "tfjs-capture/dist/src/support/files.js";

const DRAFT = /\.(\d+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
/** A younger draft may be a live process's of another machine, or of another container, that shares the folder. */
const OLD = 3_600_000;

/** A new name beside a file or folder, for what takes its place once it is whole; it says whose it is. */
export function draftOf(path: string): string {
  return `${path}.${process.pid}-${randomUUID()}.tmp`;
}

const swept = new Set<string>();

/**
 * Removes, the first time in a process, the drafts in a folder that are older than an hour and whose writer was killed.
 */
export function sweepDrafts(folder: string): void {
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
