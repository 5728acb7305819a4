import type { z } from "zod";
import { show, UserError } from "../../support/user-error.js";
import { check } from "../../support/validate.js";

/**
 * Checks what a shift is made from by its function, as a config of its kind.
 *
 * @param options as they were given; the kind may be left out
 * @param example options that are right
 * @param defaults what is absent
 * @throws UserError
 */
export function checkOptions<S extends z.ZodType<{ kind: string }>>(
  schema: S,
  kind: z.output<S>["kind"],
  options: unknown,
  example: string,
  defaults: object = {},
): z.output<S> {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new UserError(`${kind}: options are ${show(options)}, expected an object such as ${example}`);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return check(schema, { ...defaults, ...Object.fromEntries(given), kind }, `${kind} shift`);
}
