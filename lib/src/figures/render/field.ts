import { isObject } from "../spec.js";

/** The steps of a path as Vega writes it: `a.b`, `a[0]`, `a['b.c']`; `a\.b` is one step. */
function steps(path: string): string[] {
  return [...path.matchAll(/\[\s*(?:'([^']*)'|"([^"]*)"|([^\]]*))\s*\]|((?:\\.|[^.[\\])+)/g)].map(
    ([, single, double, index, name]) => single ?? double ?? index ?? name!.replace(/\\(.)/g, "$1"),
  );
}

/** Whether a row is an object with fields; of a plain value Vega makes one with the field `data`. */
const hasFields = (row: unknown): boolean => isObject(row) && !(row instanceof Date);

/** What a row has under a field's name or path; undefined when there is nothing. */
export function readField(row: unknown, field: string): unknown {
  const start = hasFields(row) ? row : { data: row };
  return steps(field).reduce<unknown>(
    (value, step) => (value === null || value === undefined ? undefined : (value as Record<string, unknown>)[step]),
    start,
  );
}

/** Names of the fields of the first rows. */
export function fieldsOf(rows: readonly unknown[]): string[] {
  return [...new Set(rows.slice(0, 100).flatMap((row) => (hasFields(row) ? Object.keys(row as object) : ["data"])))];
}

/** The number that a scale takes a value for: texts like "3" count as such, others are NaN. */
export function numberOf(value: unknown): number {
  if (typeof value === "string") return value.trim() === "" ? Number.NaN : Number(value);
  return typeof value === "number" || typeof value === "boolean" || value instanceof Date ? Number(value) : Number.NaN;
}

/** The time, in milliseconds, that a value is parsed as; NaN when it isn't one. */
export function timeOf(value: unknown): number {
  if (typeof value === "string") return Date.parse(value);
  return typeof value === "number" || value instanceof Date ? Number(value) : Number.NaN;
}
