import { oneLine } from "./one-line.js";
import { UserError } from "./user-error.js";

/**
 * Calls a function that a user wrote, and says whose it is when it throws.
 *
 * @param what e.g. `memory "queue": its step`
 * @throws UserError one line with what it threw, which is its cause
 */
export function attempt<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${what} failed: ${oneLine(error instanceof Error ? error.message : String(error))}`, {
      cause: error,
    });
  }
}
