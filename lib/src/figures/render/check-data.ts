import { show, UserError } from "../../support/user-error.js";
import { didYouMean } from "../../support/validate.js";
import { isFrame, isObject, partsOf, type Spec } from "../spec.js";
import { fieldsOf, numberOf, readField, timeOf } from "./field.js";

/** What a part of a spec inherits from the parts around it. */
interface Scope {
  rows: readonly unknown[] | null;
  datasets: Record<string, unknown>;
  /** fields that the data's format says how to read */
  parsed: ReadonlySet<string>;
  /** a transform may drop or make up values: what it makes of them is looked at when the figure is drawn */
  transformed: boolean;
  encoding: Spec;
  /** without the encodings outside of the data: they may be about fields of the data there */
  inside: Spec;
  /** channels with a logarithmic scale that a layer beside shares */
  logarithmic: ReadonlySet<string>;
}

/** What is wrong with a spec, or its data, that no function can follow. */
export const TOO_DEEP = "holds itself, or is nested too deeply: make it flatter";

/** Vega-Lite's marks. */
const MARKS =
  "arc area bar boxplot circle errorband errorbar geoshape image line point rect rule square text tick trail".split(
    " ",
  );

/** Aggregates that take any values, not only numbers. */
const COUNTS = new Set(["count", "valid", "missing", "distinct"]);

/** Something in a row that can't be drawn. */
interface Wrong {
  what: string;
  field: string;
  index: number;
}

/** @throws UserError for the first, with the number of others */
function failOn([first, ...others]: readonly Wrong[], rows: number): void {
  if (!first) return;
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  throw new UserError(`figure data: ${first.field} is ${first.what} in row ${first.index + 1} of ${rows}${more}`);
}

function checkMark({ mark }: Spec): void {
  const type = isObject(mark) ? mark.type : mark;
  if (typeof type === "string" && MARKS.includes(type)) return;
  const hint = typeof type === "string" ? didYouMean(type, MARKS) : "";
  throw new UserError(`figure spec: mark is ${show(type)}, expected one of ${MARKS.join(", ")}${hint}`);
}

/** Pixels of a side; of a longer one the ticks alone fill the memory. */
const LONGEST_SIDE = 100_000;

/** Of a side that is no length, or none that can be seen, Vega makes an empty picture. */
function checkSize(spec: Spec): void {
  for (const side of ["width", "height"]) {
    const size = spec[side];
    const pixels = isObject(size) ? size.step : size;
    if (size === undefined || size === "container") continue;
    if (typeof pixels === "number" && pixels > 0 && pixels <= LONGEST_SIDE) continue;
    throw new UserError(
      `figure spec: ${side}${isObject(size) ? ".step" : ""} is ${show(pixels)}, expected pixels, more than 0 and at most ${LONGEST_SIDE}`,
    );
  }
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
  const bad: Wrong[] = [];
  rows.forEach((row, index) => {
    for (const [field, value] of leaves(row, "")) {
      if (typeof value === "number" && !Number.isFinite(value))
        bad.push({ what: `${value}, expected a finite number`, field, index });
      if (typeof value === "bigint") bad.push({ what: `the bigint ${value}, expected a number`, field, index });
    }
  });
  failOn(bad, rows.length);
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
function checkEncoding(channel: string, definition: unknown, scope: Scope): void {
  if (!isObject(definition)) return;
  const { encoding } = scope;
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
  const wrong = values.flatMap((value, index): Wrong[] => {
    const what = why(value);
    return what === null ? [] : [{ what, field, index }];
  });
  failOn(wrong, values.length);
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
  const isTyped = ArrayBuffer.isView(values) && !(values instanceof DataView);
  const rows = isTyped ? Array.from(values as unknown as unknown[]) : values;
  return Array.isArray(rows) ? few(rows) : null;
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

/** The specs inside; what is repeated once for each field of a list. */
function innerSpecs(spec: Spec): Spec[] {
  if (!("repeat" in spec)) return partsOf(spec);
  const { repeat, spec: repeated, ...rest } = spec;
  const lists = Object.entries(Array.isArray(repeat) ? { repeat } : isObject(repeat) ? repeat : {});
  const filledIn = (list: string, field: unknown): unknown =>
    JSON.parse(
      JSON.stringify(repeated, (_, value) =>
        isObject(value) && value.repeat === list && Object.keys(value).length === 1 ? field : value,
      ),
    );
  const copies = lists.flatMap(([list, fields]) =>
    Array.isArray(fields) ? fields.map((field) => filledIn(list, field)) : [],
  );
  return [...partsOf(rest), ...copies.filter(isObject)];
}

function walk(spec: Spec, outer: Scope): void {
  checkSize(spec);
  const datasets = isObject(spec.datasets) ? { ...outer.datasets, ...spec.datasets } : outer.datasets;
  const own = "data" in spec;
  const rows = own ? inlineRows(spec.data, datasets) : outer.rows;
  if (own && rows) checkRows(rows);
  const transforms = Array.isArray(spec.transform) ? spec.transform.filter(isObject) : [];
  // rows that a lookup joins
  for (const { from } of transforms) if (isObject(from)) checkRows(inlineRows(from.data, datasets) ?? []);
  const encoding = isObject(spec.encoding) ? spec.encoding : {};
  const shared = Array.isArray(spec.layer) && !isObject(spec.resolve) ? logChannels(spec) : [];
  const scope: Scope = {
    rows,
    datasets,
    parsed: own ? parsedFields(spec.data) : outer.parsed,
    transformed: (!own && outer.transformed) || transforms.length > 0,
    encoding: { ...outer.encoding, ...encoding },
    inside: own ? encoding : { ...outer.inside, ...encoding },
    logarithmic: new Set([...outer.logarithmic, ...shared]),
  };
  if ("mark" in spec) {
    checkMark(spec);
    for (const [channel, definition] of Object.entries(scope.encoding)) checkEncoding(channel, definition, scope);
    for (const [channel, definition] of Object.entries(scope.inside)) {
      for (const one of [definition].flat()) checkField(channel, one, scope);
    }
  }
  if (isObject(spec.facet)) {
    for (const one of [spec.facet, spec.facet.row, spec.facet.column]) checkField("facet", one, scope);
  }
  for (const part of innerSpecs(spec)) walk(part, scope);
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
  const nothing = { rows: null, datasets: {}, parsed: new Set<string>(), transformed: false, encoding: {}, inside: {} };
  try {
    walk(spec, { ...nothing, logarithmic: new Set() });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`figure spec ${TOO_DEEP}`);
  }
}
