import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CaptureError } from "../../src/capture.js";
import { UserError } from "../../src/support/user-error.js";

/** Something wrong that is put in, and the one line that it must give. */
export interface Row {
  what: string;
  /** does it; a command line gives its exit status and what it printed, anything else throws */
  run: () => unknown;
  /** names the wrong value and what would be right */
  expected: RegExp;
}

/** How a command ended. */
export interface Ended {
  status: number;
  stderr: string;
}

/** @throws AssertionError when a row is accepted, or tells its user something else than the one line */
export async function checkRow({ run, expected }: Row): Promise<void> {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const line = await lineOf(run);
  assert.match(line, expected);
  assert.ok(!/[\r\n]/.test(line), `more than one line: ${line}`);
  assert.ok(!/^\s*at /m.test(line) && line.length < 700, line);
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before, "Object.prototype was changed");
  assert.equal(({} as { polluted?: unknown }).polluted, undefined, "Object.prototype was changed");
}

async function lineOf(run: () => unknown): Promise<string> {
  let ended: unknown;
  try {
    ended = await run();
  } catch (error) {
    assert.ok(error instanceof UserError || error instanceof CaptureError, (error as Error).stack);
    return error.message;
  }
  const { status, stderr } = (ended ?? {}) as Partial<Ended>;
  if (typeof stderr !== "string") return assert.fail("it was accepted");
  // 2 is what a command or option that does not fit gives
  assert.ok(status === 1 || status === 2, `exit status ${status}: ${stderr}`);
  return stderr.trimEnd();
}

/** Every file below a folder with a digest of what it holds. */
export function snapshot(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const whole = files.filter((file) => statSync(join(folder, file)).isFile());
  return Object.fromEntries(
    whole.map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ]),
  );
}
