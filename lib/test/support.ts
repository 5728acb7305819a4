import assert from "node:assert/strict";
import { UserError } from "../src/support/user-error.js";

/** The one line that a user's mistake gives; fails when nothing, or another error, is thrown. */
export function userMessage(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof UserError, `${error}`);
    return error.message;
  }
  return assert.fail("nothing was thrown");
}
