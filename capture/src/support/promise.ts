import { hasMethods, UserError } from "./user-error.js";

/**
 * Refuses the promise that an async function gives where none is awaited, and sees to it that its failure doesn't end
 * the process.
 *
 * @param what gave it, e.g. "scan: the cell"
 * @param Kind of the error
 * @throws UserError when it is one
 */
export function refusePromise(
  value: unknown,
  what: string,
  Kind: new (message: string) => UserError = UserError,
): void {
  if (!hasMethods(value, ["then"])) return;
  (value as Promise<unknown>).then(undefined, () => {});
  throw new Kind(`${what} is async, nothing awaits it: make it a plain function`);
}
