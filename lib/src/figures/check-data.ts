import { UserError } from "../check.js";
import { isObject, type Row, type Spec } from "./spec.js";

/** What a part of a spec inherits from the parts around it. */
interface Scope {
  rows: readonly unknown[] | null;
  datasets: Record<string, unknown>;
  /** a transform may drop or make up values, so only what no chart can draw is looked for */
  transformed: boolean;
  encodings: Spec[];
  /** channels with a logarithmic scale that a layer beside shares */
  logarithmic: ReadonlySet<string>;
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

/** The channel whose scale and type a channel goes by: x2 is the end of what x begins. */
const primary = (channel: string) => channel.replace(/2$/, "");

function isLog(definition: unknown): boolean {
  return isObject(definition) && isObject(definition.scale) && definition.scale.type === "log";
}

/** Channels with a logarithmic scale anywhere below, which the layers of a chart share. */
function logChannels(spec: Spec): string[] {
  const own = isObject(spec.encoding) ? Object.entries(spec.encoding).filter(([, definition]) => isLog(definition)) : [];
  const layers = Array.isArray(spec.layer) ? spec.layer.filter(isObject) : [];
  return [...own.map(([channel]) => channel), ...layers.flatMap(logChannels)];
}

/**
 * Nulls, values that only some rows have, and, on logarithmic scales, values of 0 and below, in fields that are drawn as numbers; and
 * constants of that kind.
 */
function checkEncoding(channel: string, definition: unknown, scope: Scope, encoding: Spec): void {
  if (!isObject(definition)) return;
  const main = primary(channel);
  const log = isLog(definition) || isLog(encoding[main]) || scope.logarithmic.has(main);
  if (typeof definition.datum === "number") checkConstant(channel, definition.datum, log);
  if (typeof definition.field !== "string" || !scope.rows) return;
  const { field } = definition;
  const { type } = main === channel || !isObject(encoding[main]) ? definition : encoding[main];
  if (type !== "quantitative" && !log) return;
  const values = scope.rows.map((row) => (isObject(row) ? (row as Row)[field] : undefined));
  const someHave = values.some((value) => value !== undefined);
  const absent = (value: unknown) => value === null || (value === undefined && someHave);
  const wrong = (value: unknown) => (absent(value) && !scope.transformed) || (log && typeof value === "number" && value <= 0);
  const index = values.findIndex(wrong);
  if (index < 0) return;
  const found = values[index];
  const why = absent(found)
    ? `${found === null ? "null" : "missing"}, expected a number`
    : `${found}, expected more than 0 on the logarithmic ${main} scale`;
  fail(why, field, index, values.length, values.filter(wrong).length - 1);
}

function checkConstant(channel: string, value: number, log: boolean): void {
  if (!Number.isFinite(value)) throw new UserError(`figure data: datum of ${channel} is ${value}, expected a finite number`);
  if (log && value <= 0) {
    throw new UserError(
      `figure data: datum of ${channel} is ${value}, expected more than 0 on the logarithmic ${primary(channel)} scale`,
    );
  }
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
  const shared = Array.isArray(spec.layer) && !isObject(spec.resolve) ? logChannels(spec) : [];
  const logarithmic = shared.length > 0 ? new Set([...outer.logarithmic, ...shared]) : outer.logarithmic;
  const scope = { rows, datasets, transformed, encodings, logarithmic };
  if ("mark" in spec) {
    const all = Object.assign({}, ...encodings) as Spec;
    for (const [channel, definition] of Object.entries(all)) checkEncoding(channel, definition, scope, all);
  }
  for (const key of NESTED) {
    const parts = spec[key];
    if (Array.isArray(parts)) for (const part of parts) if (isObject(part)) walk(part, scope);
  }
  if (isObject(spec.spec)) walk(spec.spec, scope);
}

/**
 * Looks through a figure's inline data for what a chart would leave out without a word: NaN and infinities, nulls and gaps among
 * numbers, values of 0 and below on a logarithmic scale.
 *
 * @throws UserError one line with the field, the value and the row
 */
export function checkFigureData(spec: Spec): void {
  walk(spec, { rows: null, datasets: {}, transformed: false, encodings: [], logarithmic: new Set() });
}
