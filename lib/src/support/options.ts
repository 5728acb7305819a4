import { checkKeys } from "tfjs-capture/dist/src/support/options.js";

export { checkKeys };

/** What is read of options: a default stands in for what is left out. */
type Filled<T, D> = {
  [K in keyof T]-?:
    | Exclude<T[K], undefined>
    | (K extends keyof D ? (undefined extends D[K] ? undefined : never) : never);
};

/**
 * Options, with the default of each that is left out.
 *
 * @param of whose options they are, e.g. "showTable"
 * @param defaults of every option, undefined for those that have none
 * @throws UserError when the options are no object, or have a key that has no place among the defaults
 */
export function withDefaults<T extends object, const D extends { [K in keyof Required<T>]: T[K] | undefined }>(
  of: string,
  options: T,
  defaults: D,
): Filled<T, D> {
  checkKeys(`${of} options`, options, Object.keys(defaults));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) } as Filled<T, D>;
}
