import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { oneLine } from "./one-line.js";
import { UserError } from "./user-error.js";

/**
 * A user's own module, CommonJS or ES, once a process.
 *
 * @param file seen from the current folder
 * @param wanted what it should have been, e.g. "a study's name, or a file that exports one, is wanted"
 * @returns what it exports
 * @throws UserError when there is no such file, or it fails
 * @internal
 */
export async function loadFile(file: string, wanted: string): Promise<object> {
  if (!existsSync(file)) throw new UserError(`${file} is missing: ${wanted}`);
  try {
    return await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    throw new UserError(`${file} can't be loaded: ${oneLine(cause instanceof Error ? cause.message : String(cause))}`, {
      cause,
    });
  }
}
