import { show, UserError } from "tfjs-capture/dist/src/support/user-error.js";

export { checkPositive, checkWhole, hasMethods, show, UserError } from "tfjs-capture/dist/src/support/user-error.js";

/**
 * Checks names that are given by a user.
 *
 * @param what how one is called in the error, e.g. "model"; of several an "s" is put behind it
 * @throws UserError when there is none, or one isn't among the known ones
 */
export function checkNames(what: string, names: readonly string[], known: readonly string[]): void {
  if (!Array.isArray(names)) throw new UserError(`${what}s is ${show(names)}, expected a list of names`);
  if (names.length === 0) throw new UserError(`${what}s is empty, expected some of ${listed(known)}`);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UserError(`${what} is ${show(unknown)}, expected one of ${listed(known)}`);
}

/** Names that are listed at most: a line that goes on for ever says nothing. */
const LISTED = 24;

const listed = (names: readonly string[]): string =>
  names.length > LISTED ? `${names.slice(0, LISTED).join(", ")} and ${names.length - LISTED} more` : names.join(", ");
