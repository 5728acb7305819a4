import { z } from "zod";
import { show, UserError } from "../support/user-error.js";
import { check, functionThat, objectWith } from "../support/validate.js";

const StudyKeys = z.strictObject({
  workers: z.unknown().optional(),
  order: z.enum(["by-model", "as-planned"]).optional(),
  ahead: z.array(z.unknown()).optional(),
  require: z.array(z.string()).optional(),
  speeds: objectWith(["add", "secondsFor"], "Speeds").optional(),
  onProgress: functionThat("is told how far the study is").optional(),
  onRecord: functionThat("gets each new record").optional(),
  signal: objectWith(["throwIfAborted"], "an AbortSignal").optional(),
});

/**
 * What may be asked of runs that are to be made.
 * @throws UserError when the plan is no list, there is no store, or a key is unknown or none of its kind
 */
export function checkPool(specs: unknown, store: unknown, options: unknown): void {
  if (!Array.isArray(specs)) throw new UserError(`specs is ${show(specs)}, expected a list of runs`);
  check(objectWith(["find", "save"], "a store of records, e.g. ownStore()"), store, "store");
  check(StudyKeys, options, "study options");
}
