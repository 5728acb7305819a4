import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
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

function take(file: string, doing: string, again = true): void {
  try {
    makeFolder(join(file, ".."));
    writeFileSync(file, `${process.pid} ${hostname()}\n`, { flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw notWritten(file, cause);
    const [pid, host] = holder(file);
    // without a number it was never whole
    const gone = !pid || (host === hostname() && !alive(Number(pid)));
    if (!gone || !again)
      throw new UserError(
        `${file}: process ${pid} of ${host} is ${doing} there: wait for it, or, if it has died, delete this file`,
      );
    rmSync(file, { force: true });
    take(file, doing, false);
  }
}

function holder(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trim().split(" ");
  } catch {
    return []; // its holder has just given it back
  }
}
