import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { alive } from "tfjs-capture/dist/src/support/files.js";
import { makeFolder, notWritten } from "./files.js";
import { UserError } from "./user-error.js";

/**
 * Does something with a folder that no other process does at the same time, here or on another machine that shares it.
 * One that was killed isn't waited for where that can be seen: on its own machine.
 *
 * @param doing what all that lock it do, for the message
 * @throws UserError when another is at it, or the folder can't be written
 */
export function locked<T>(folder: string, doing: string, work: () => T): T {
  const file = join(folder, ".lock");
  take(file, doing);
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string, doing: string): void {
  if (taken(file)) return;
  const before = holder(file);
  // of two that find a dead one's lock, the slower would delete what the quicker has just taken
  const breaking = `${file}.breaking`;
  if (gone(before) && taken(breaking)) {
    try {
      if (gone(holder(file))) rmSync(file, { force: true });
      if (taken(file)) return;
    } finally {
      rmSync(breaking, { force: true });
    }
  }
  const [pid, host] = holder(file) ?? before ?? [];
  const who = host ? `process ${pid} of ${host}` : "another process";
  throw new UserError(`${file}: ${who} is ${doing} there: wait for it, or, if it has died, delete this file`);
}

/** Whether the lock is ours now. */
function taken(file: string): boolean {
  try {
    makeFolder(dirname(file));
    const made = openSync(file, "wx");
    try {
      writeSync(made, `${process.pid} ${hostname()}\n`);
    } catch (cause) {
      rmSync(file);
      throw cause;
    } finally {
      closeSync(made);
    }
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw notWritten(file, cause);
  }
}

/** Of a lock whose process has just begun to write it, nothing is known. */
function gone(holder: string[] | undefined): boolean {
  if (!holder) return true;
  const [pid, host] = holder;
  return host === hostname() && !alive(Number(pid));
}

function holder(file: string): string[] | undefined {
  try {
    return readFileSync(file, "utf8").trim().split(" ");
  } catch {
    return undefined; // its holder has just given it back
  }
}
