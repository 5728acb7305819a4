import { existsSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { alive } from "tfjs-capture/dist/src/support/files.js";
import { createAtomically } from "./files.js";
import { UserError } from "./user-error.js";

/**
 * Does something with a folder that no other process does at the same time, here or on another machine that shares it.
 * One that was killed isn't waited for where that can be seen: on its own machine.
 *
 * @param doing what all that lock it do, for the message
 * @throws UserError when another is at it, or the folder can't be written
 */
export function locked<T>(folder: string, doing: string, work: () => T): T {
  const file = lockOf(folder);
  take(file, doing);
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

const lockOf = (folder: string) => join(folder, ".lock");

/** Whether a process is in the folder, or was killed in it. */
export const hasLock = (folder: string): boolean => existsSync(lockOf(folder));

function take(file: string, doing: string): void {
  if (taken(file)) return;
  // of two that find a dead one's lock, the slower would delete what the quicker has just taken
  const breaking = `${file}.breaking`;
  const dead = isDeads(file);
  const mine = dead && taken(breaking);
  if (mine) {
    try {
      if (isDeads(file)) rmSync(file, { force: true });
      if (taken(file)) return;
    } finally {
      rmSync(breaking, { force: true });
    }
  }
  const inTheWay = dead && !mine ? breaking : file;
  const [pid, host] = holder(inTheWay) ?? [];
  const who = host ? `process ${pid} of ${host}` : "another process";
  throw new UserError(`${inTheWay}: ${who} is ${doing} there: wait for it, or, if it has died, delete this file`);
}

/** Whether the lock is ours now. */
const taken = (file: string) => createAtomically(file, `${process.pid} ${hostname()}\n`);

/** Whether the process that took it is no more. */
function isDeads(file: string): boolean {
  const [pid, host] = holder(file) ?? [];
  return host === hostname() && !alive(Number(pid));
}

/** Process and machine; undefined where there is no lock. */
function holder(file: string): string[] | undefined {
  try {
    return readFileSync(file, "utf8").trim().split(" ");
  } catch {
    return undefined;
  }
}
