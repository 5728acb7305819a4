import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../src/support/user-error.js";

/** The nearest folder above this file, as compiled, that holds `file`. */
function above(file: string): string {
  let folder = __dirname;
  while (!existsSync(join(folder, file))) {
    if (folder === dirname(folder)) throw new Error(`no folder above ${__dirname} holds ${file}`);
    folder = dirname(folder);
  }
  return folder;
}

/** The project's folder, which holds the Python side. */
export const projectRoot = above("requirements.txt");

/** Where the tests' source and fixtures are; compiled tests run elsewhere. */
export const sources = join(above("package.json"), "test", "dataset");

export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(sources, "fixtures", `${name}.json`), "utf8")) as T;
}

/** Largest absolute difference of two signals of the same length; NaN when a value is. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "signal",
): void {
  const found = distance(actual, expected);
  assert.ok(found <= tolerance, `${what} is off by ${found}, more than ${tolerance}`);
}

/** `action` fails by a UserError of one line that matches each of `patterns`. */
export function assertUserError(action: () => unknown, ...patterns: (string | RegExp)[]): void {
  assert.throws(action, (error: unknown) => {
    assert.ok(error instanceof UserError, `expected a UserError, got ${error}`);
    assert.ok(!error.message.includes("\n"), `more than one line: ${error.message}`);
    for (const pattern of patterns) {
      const found = typeof pattern === "string" ? error.message.includes(pattern) : pattern.test(error.message);
      assert.ok(found, `"${error.message}" doesn't tell ${pattern}`);
    }
    return true;
  });
}
