import { show, UserError } from "../support/user-error.js";
import { fieldsOf, numberOf, readField, timeOf } from "./field.js";
import { isFrame, isObject, type Spec } from "./spec.js";

/** What a part of a spec inherits from the parts around it. */
interface Scope {
  rows: readonly unknown[] | null;
  datasets: Record<string, unknown>;
  /** fields that the data's format says how to read */
  parsed: ReadonlySet<string>;
  /** a transform may drop or make up values: what it makes of them is looked at when the figure is drawn */
  transformed: boolean;
  encodings: Spec[];
  /** how many of the encodings stand outside of the data: they may be about fields of the data there */
  outside: number;
  /** channels with a logarithmic scale that a layer beside shares */
  logarithmic: ReadonlySet<string>;
}

const NESTED = ["layer", "concat", "hconcat", "vconcat"];
/** Aggregates that take any values, not only numbers. */
const COUNTS = new Set(["count", "valid", "missing", "distinct"]);

function fail(what: string, field: string, index: number, of: number, more: number): never {
  const others = more > 0 ? ` (and ${more} more)` : "";
  throw new UserError(`figure data: ${field} is ${what} in row ${index + 1} of ${of}${others}`);
}

/** All values in a row, with their paths. */
function* leaves(value: unknown, path: string): Generator<[string, unknown]> {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    for (const [i, inner] of (value as unknown[]).entries()) yield* leaves(inner, `${path}[${i}]`);
  } else if (isObject(value) && !(value instanceof Date)) {
    for (const [key, inner] of Object.entries(value)) yield* leaves(inner, path === "" ? key : `${path}.${key}`);
  } else yield [path === "" ? "value" : path, value];
}

/** Numbers that JSON turns into null, and integers that it can't write. */
function checkRows(rows: readonly unknown[]): void {
  const bad: { what: string; field: string; index: number }[] = [];
  rows.forEach((row, index) => {
    for (const [field, value] of leaves(row, "")) {
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
  const own = isObject(spec.encoding)
    ? Object.entries(spec.encoding).filter(([, definition]) => isLog(definition))
    : [];
  const layers = Array.isArray(spec.layer) ? spec.layer.filter(isObject) : [];
  return [...own.map(([channel]) => channel), ...layers.flatMap(logChannels)];
}

/**
 * In fields that are drawn as numbers: nulls, values that only some rows have, texts that are no numbers, and, on
 * logarithmic scales, values of 0 and below; in those drawn as times: what is none; and constants of that kind.
 */
function checkEncoding(channel: string, definition: unknown, scope: Scope, encoding: Spec): void {
  if (!isObject(definition)) return;
  const main = primary(channel);
  const log = isLog(definition) || isLog(encoding[main]) || scope.logarithmic.has(main);
  if (typeof definition.datum === "number") checkConstant(channel, definition.datum, log);
  if (typeof definition.field !== "string" || !scope.rows) return;
  const { field } = definition;
  const { type } = main === channel || !isObject(encoding[main]) ? definition : encoding[main];
  if (type !== "quantitative" && type !== "temporal" && !log) return;
  if (COUNTS.has(definition.aggregate as string)) return;
  const values = scope.rows.map((row) => readField(row, field));
  const someHave = values.some((value) => value !== undefined);
  const why = (value: unknown): string | null => {
    const wanted = type === "temporal" ? "a date" : "a number";
    if (value === undefined && !someHave) return null;
    if (value === null || value === undefined)
      return scope.transformed ? null : `${value === null ? "null" : "missing"}, expected ${wanted}`;
    const parse = type === "temporal" ? timeOf : numberOf;
    if (!scope.transformed && !scope.parsed.has(field) && Number.isNaN(parse(value)))
      return `${show(value)}, expected ${wanted}`;
    return log && numberOf(value) <= 0 ? `${show(value)}, expected more than 0 on the logarithmic ${main} scale` : null;
  };
  const reasons = values.map(why);
  const index = reasons.findIndex((reason) => reason !== null);
  if (index >= 0)
    fail(reasons[index]!, field, index, values.length, reasons.filter((reason) => reason !== null).length - 1);
}

/** A field that no row has makes a chart without marks. */
function checkField(channel: string, definition: unknown, { rows, transformed }: Scope): void {
  if (!rows || rows.length === 0 || transformed || !isObject(definition) || typeof definition.field !== "string")
    return;
  const { field } = definition;
  if (rows.some((row) => readField(row, field) !== undefined)) return;
  throw new UserError(
    `figure data: ${channel} is of the field ${show(field)}, expected one of ${fieldsOf(rows).join(", ")}`,
  );
}

function checkConstant(channel: string, value: number, log: boolean): void {
  if (!Number.isFinite(value))
    throw new UserError(`figure data: datum of ${channel} is ${value}, expected a finite number`);
  if (log && value <= 0) {
    throw new UserError(
      `figure data: datum of ${channel} is ${value}, expected more than 0 on the logarithmic ${primary(channel)} scale`,
    );
  }
}

function inlineRows(data: unknown, datasets: Record<string, unknown>): readonly unknown[] | null {
  if (!isObject(data)) return null;
  const values = data.values ?? (typeof data.name === "string" ? datasets[data.name] : undefined);
  if (isFrame(values)) throw new UserError("figure data: values is a DataFrame, expected its rows: frame.toRecords()");
  // arrays of numbers as they come from tensors
  if (ArrayBuffer.isView(values) && !(values instanceof DataView))
    return few(Array.from(values as unknown as unknown[]));
  return Array.isArray(values) ? few(values) : null;
}

/** More take Vega many seconds, and a notebook that holds them many megabytes. */
const MOST_ROWS = 50_000;

function few(rows: unknown[]): unknown[] {
  if (rows.length <= MOST_ROWS) return rows;
  const every = Math.ceil(rows.length / MOST_ROWS);
  throw new UserError(
    `figure data has ${rows.length.toLocaleString("en-US")} rows, expected at most ${MOST_ROWS.toLocaleString("en-US")}: ` +
      `group them first, or draw a part, e.g. rows.filter((_, i) => i % ${every} === 0)`,
  );
}

/** Rows that a lookup joins. */
function checkTransforms(transforms: unknown, datasets: Record<string, unknown>): void {
  for (const transform of Array.isArray(transforms) ? transforms : []) {
    const from = isObject(transform) ? transform.from : undefined;
    const rows = isObject(from) ? inlineRows(from.data, datasets) : null;
    if (rows) checkRows(rows);
  }
}

/** The specs that a repetition stands for, one a field of each list. */
function repetitions({ repeat, spec }: Spec): unknown[] {
  const lists = Object.entries(Array.isArray(repeat) ? { repeat } : isObject(repeat) ? repeat : {});
  return lists.flatMap(([list, fields]) =>
    (Array.isArray(fields) ? fields : []).map((field) =>
      JSON.parse(
        JSON.stringify(spec, (_, value) =>
          isObject(value) && value.repeat === list && Object.keys(value).length === 1 ? field : value,
        ),
      ),
    ),
  );
}

function walk(spec: Spec, outer: Scope): void {
  const datasets = isObject(spec.datasets) ? { ...outer.datasets, ...spec.datasets } : outer.datasets;
  const own = "data" in spec;
  const rows = own ? inlineRows(spec.data, datasets) : outer.rows;
  if (own && rows) checkRows(rows);
  checkTransforms(spec.transform, datasets);
  const transformed = (own ? false : outer.transformed) || (Array.isArray(spec.transform) && spec.transform.length > 0);
  const encodings = isObject(spec.encoding) ? [...outer.encodings, spec.encoding] : outer.encodings;
  const shared = Array.isArray(spec.layer) && !isObject(spec.resolve) ? logChannels(spec) : [];
  const logarithmic = shared.length > 0 ? new Set([...outer.logarithmic, ...shared]) : outer.logarithmic;
  const scope = {
    rows,
    datasets,
    parsed: own ? parsedFields(spec.data) : outer.parsed,
    transformed,
    encodings,
    outside: own ? outer.encodings.length : outer.outside,
    logarithmic,
  };
  if ("mark" in spec) {
    const all = Object.assign({}, ...encodings) as Spec;
    for (const [channel, definition] of Object.entries(all)) checkEncoding(channel, definition, scope, all);
    const inside = Object.assign({}, ...encodings.slice(scope.outside)) as Spec;
    for (const [channel, definition] of Object.entries(inside)) {
      for (const one of [definition].flat()) checkField(channel, one, scope);
    }
  }
  if (isObject(spec.facet)) {
    for (const one of [spec.facet, spec.facet.row, spec.facet.column]) checkField("facet", one, scope);
  }
  for (const key of NESTED) {
    const parts = spec[key];
    if (Array.isArray(parts)) for (const part of parts) if (isObject(part)) walk(part, scope);
  }
  const repeated = "repeat" in spec ? repetitions(spec) : [spec.spec];
  for (const part of repeated) if (isObject(part)) walk(part, scope);
}

function parsedFields(data: unknown): ReadonlySet<string> {
  const format = isObject(data) && isObject(data.format) ? data.format : {};
  return new Set(isObject(format.parse) ? Object.keys(format.parse) : []);
}

/**
 * Looks through a figure's inline data for what a chart would leave out without a word: NaN and infinities, nulls, gaps
 * and texts among numbers and times, values of 0 and below on a logarithmic scale, fields that no row has. What
 * transforms make of the data is looked at by renderSvg.
 *
 * @throws UserError one line with the field, the value and the row
 * @internal
 */
export function checkFigureData(spec: Spec): void {
  walk(spec, {
    rows: null,
    datasets: {},
    parsed: new Set(),
    transformed: false,
    encodings: [],
    outside: 0,
    logarithmic: new Set(),
  });
}
