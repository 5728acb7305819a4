import { UserError } from "../check.js";
import { isObject, type Row, type Spec } from "./spec.js";

/** What a part of a spec inherits from the parts around it. */
interface Scope {
  rows: readonly unknown[] | null;
  datasets: Record<string, unknown>;
  /** a transform may drop or make up values, so only what no chart can draw is looked for */
  transformed: boolean;
  encodings: Spec[];
}

const NESTED = ["layer", "concat", "hconcat", "vconcat"];

function fail(what: string, field: string, index: number, of: number, more: number): never {
  const others = more > 0 ? ` (and ${more} more)` : "";
  throw new UserError(`figure data: ${field} is ${what} in row ${index + 1} of ${of}${others}`);
}

/** Numbers that JSON turns into null, and integers that it can't write. */
function checkRows(rows: readonly unknown[]): void {
  const bad: { what: string; field: string; index: number }[] = [];
  rows.forEach((row, index) => {
    for (const [field, value] of isObject(row) ? Object.entries(row) : [["value", row] as const]) {
      if (typeof value === "number" && !Number.isFinite(value))
        bad.push({ what: `${value}, expected a finite number`, field, index });
      if (typeof value === "bigint") bad.push({ what: `the bigint ${value}, expected a number`, field, index });
    }
  });
  const first = bad[0];
  if (first) fail(first.what, first.field, first.index, rows.length, bad.length - 1);
}

/** Nulls and, on logarithmic scales, values of 0 and below, in fields that are drawn as numbers. */
function checkEncoding(channel: string, definition: unknown, scope: Scope): void {
  if (!isObject(definition) || typeof definition.field !== "string" || !scope.rows) return;
  const { field, scale } = definition;
  const log = isObject(scale) && scale.type === "log";
  if (definition.type !== "quantitative" && !log) return;
  const values = scope.rows.map((row) => (isObject(row) ? (row as Row)[field] : undefined));
  const wrong = (value: unknown) => (value === null && !scope.transformed) || (log && typeof value === "number" && value <= 0);
  const index = values.findIndex(wrong);
  if (index < 0) return;
  const found = values[index];
  const why = found === null ? "null, expected a number" : `${found}, expected more than 0 on the logarithmic ${channel} scale`;
  fail(why, field, index, values.length, values.filter(wrong).length - 1);
}

function inlineRows(data: unknown, datasets: Record<string, unknown>): readonly unknown[] | null {
  if (!isObject(data)) return null;
  const values = data.values ?? (typeof data.name === "string" ? datasets[data.name] : undefined);
  return Array.isArray(values) ? values : null;
}

function walk(spec: Spec, outer: Scope): void {
  const datasets = isObject(spec.datasets) ? { ...outer.datasets, ...spec.datasets } : outer.datasets;
  const own = "data" in spec;
  const rows = own ? inlineRows(spec.data, datasets) : outer.rows;
  if (own && rows) checkRows(rows);
  const transformed = (own ? false : outer.transformed) || (Array.isArray(spec.transform) && spec.transform.length > 0);
  const encodings = isObject(spec.encoding) ? [...outer.encodings, spec.encoding] : outer.encodings;
  const scope = { rows, datasets, transformed, encodings };
  if ("mark" in spec) {
    for (const encoding of encodings) {
      for (const [channel, definition] of Object.entries(encoding)) checkEncoding(channel, definition, scope);
    }
  }
  for (const key of NESTED) {
    const parts = spec[key];
    if (Array.isArray(parts)) for (const part of parts) if (isObject(part)) walk(part, scope);
  }
  if (isObject(spec.spec)) walk(spec.spec, scope);
}

/**
 * Looks through a figure's inline data for what a chart would leave out without a word: NaN and infinities, nulls among numbers,
 * values of 0 and below on a logarithmic scale.
 *
 * @throws UserError one line with the field, the value and the row
 */
export function checkFigureData(spec: Spec): void {
  walk(spec, { rows: null, datasets: {}, transformed: false, encodings: [] });
}
