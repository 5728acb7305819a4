import { isObject, isPlain, type Row, type Spec } from "../spec.js";

/**
 * Significant digits of a chart's numbers: more can't be seen, unless the numbers lie close together, and the last ones
 * of float32 differ between machines.
 */
const DIGITS = 5;
/** Parts of the way from the smallest to the largest number that are told apart: half of one is less than a pixel. */
const PARTS = 1000;

/** What becomes of a set of rows: `values`, and the format that says how they are to be read. */
type Change = (rows: unknown[]) => { values: unknown; format?: Spec };

/** The spec with all inline data changed, where they lie in its parts or under a name at its top. */
function withData(spec: Spec, change: Change): Spec {
  const named = Object.entries(isObject(spec.datasets) ? spec.datasets : {}).map(([name, rows]) => {
    return [name, Array.isArray(rows) ? change(rows) : { values: rows }] as const;
  });
  const formats = new Map(named.map(([name, { format }]) => [name, format]));
  const data = (value: Spec): Spec => {
    if (Array.isArray(value.values)) {
      const { values, format } = change(value.values);
      return { ...withFormat(value, format), values };
    }
    return withFormat(value, formats.get(String(value.name)));
  };
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, key === "data" && isPlain(inner) ? data(inner) : walk(inner)]),
    );
  };
  const { datasets: _, ...parts } = spec;
  const datasets = Object.fromEntries(named.map(([name, { values }]) => [name, values]));
  return { ...(walk(parts) as Spec), ...(named.length > 0 ? { datasets } : {}) };
}

/** Data with the format that they are in now; how the spec itself says that a field is to be read stays. */
function withFormat(data: Spec, format: Spec | undefined): Spec {
  if (format === undefined) return data;
  const own = isObject(data.format) ? data.format : {};
  const parse = format.parse || own.parse ? { parse: { ...(format.parse as Spec), ...(own.parse as Spec) } } : {};
  return { ...data, format: { ...own, ...format, ...parse } };
}

/** The numbers in a value, each with the name that it stands under: all those of a column have one. */
function* numbersIn(value: unknown, name = ""): Generator<[string, number]> {
  if (typeof value === "number" && Number.isFinite(value)) yield [name, value];
  else if (Array.isArray(value)) for (const inner of value) yield* numbersIn(inner, name);
  else if (isPlain(value)) for (const [key, inner] of Object.entries(value)) yield* numbersIn(inner, `${name}.${key}`);
}

/** The numbers of the domains that a spec gives its fields' scales, each with the name of the field as in its rows. */
function* domainsIn(value: unknown): Generator<[string, number]> {
  if (Array.isArray(value)) for (const inner of value) yield* domainsIn(inner);
  if (!isPlain(value)) return;
  if (typeof value.field === "string" && isPlain(value.scale)) yield* numbersIn(value.scale.domain, `.${value.field}`);
  for (const [key, inner] of Object.entries(value)) if (key !== "data" && key !== "datasets") yield* domainsIn(inner);
}

/** @param domains numbers of the scales that the values are drawn on, by name */
function rounded(value: unknown, domains: readonly [string, number][] = []): unknown {
  const extents = new Map<string, [number, number]>();
  for (const [name, number] of numbersIn(value)) {
    const [low, high] = extents.get(name) ?? [number, number];
    extents.set(name, [Math.min(low, number), Math.max(high, number)]);
  }
  const digitsIn = (name: string, extent: [number, number]) => {
    // weights and shares come as float32: they get no more digits than show on the scale that they have
    const small = Math.max(...extent.map(Math.abs)) <= 1;
    const scale = small ? domains.flatMap(([field, number]) => (field === name ? [number] : [])) : [];
    return digitsOf(Math.min(...extent, ...scale), Math.max(...extent, ...scale));
  };
  const digits = new Map(Array.from(extents, ([name, extent]) => [name, digitsIn(name, extent)]));
  const walk = (inner: unknown, name: string): unknown => {
    if (typeof inner === "number")
      return Number.isInteger(inner) ? inner : Number(inner.toPrecision(digits.get(name) ?? DIGITS));
    if (Array.isArray(inner)) return inner.map((each) => walk(each, name));
    if (!isPlain(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, walk(each, `${name}.${key}`)]));
  };
  return walk(value, "");
}

/** Digits that numbers from `low` to `high` need: years with their days, or milliseconds since 1970, more than others. */
function digitsOf(low: number, high: number): number {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  // of a number that stands alone at least what is before its point
  const part = high > low ? (high - low) / PARTS : 1;
  const needed = Math.floor(Math.log10(largest)) + 1 - Math.floor(Math.log10(part));
  return Math.min(17, Math.max(DIGITS, needed));
}

/** The spec with the numbers of its inline data, and of the domains that come from them, rounded to what can be seen. */
export function visibleDigits(spec: Spec): Spec {
  const domains = [...domainsIn(spec)];
  return withData(roundedDomains(spec) as Spec, (values) => ({ values: rounded(values, domains) }));
}

function roundedDomains(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(roundedDomains);
  if (!isPlain(value)) return value;
  const inside = ([key, inner]: [string, unknown]) =>
    [
      key,
      key === "domain" ? rounded(inner) : key === "data" || key === "datasets" ? inner : roundedDomains(inner),
    ] as const;
  return Object.fromEntries(Object.entries(value).map(inside));
}

/** Rows from which a table of them is worth it. */
const FEW = 4;

/**
 * The spec with its inline data as text, which Vega-Lite reads as well: a notebook's JSON has a line for each number
 * otherwise. Rows of one shape with plain values become CSV, others stay JSON.
 */
export function packed(spec: Spec): Spec {
  const timed = hasTimes(spec);
  return withData(spec, (values) =>
    values.length < FEW || !values.every(isPlain) ? { values } : tableOf(values, timed),
  );
}

/** Whether anything in a spec is read as a time. */
function hasTimes(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasTimes);
  if (!isPlain(value)) return false;
  if (value.type === "temporal" || "timeUnit" in value || "year" in value) return true;
  return Object.entries(value).some(([key, inner]) => key !== "data" && key !== "datasets" && hasTimes(inner));
}

type ColumnType = "number" | "boolean" | "string";

/** What in a column's name is a path to Vega. */
const PATH = /[.[\]\\'"]/;

/** @param timed texts may be times: what CSV calls a text Vega-Lite takes for nothing else */
function tableOf(rows: Row[], timed: boolean): ReturnType<Change> {
  const names = Object.keys(rows[0]!);
  const types = names.map((name) => columnType(rows.map((row) => row[name])));
  const sameShape = rows.every((row) => Object.keys(row).length === names.length && names.every((name) => name in row));
  const lost =
    types.includes(null) ||
    (timed && types.includes("string")) ||
    names.some((name) => PATH.test(name)) ||
    // an empty last line is none
    (names.length === 1 && rows.some((row) => row[names[0]!] === null));
  if (!sameShape || lost) return { values: JSON.stringify(rows), format: { type: "json" } };
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))];
  const parse = Object.fromEntries(names.map((name, i) => [name, types[i]]));
  return { values: lines.map((line) => line.map(quoted).join(",")).join("\n"), format: { type: "csv", parse } };
}

/**
 * The one type of a column's values, null where CSV wouldn't give them back: an empty cell stands for null, not for an
 * empty text.
 */
function columnType(values: unknown[]): ColumnType | null {
  const kinds = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  const [kind = "string"] = kinds;
  if (kinds.size > 1 || values.includes("")) return null;
  return kind === "number" || kind === "boolean" || kind === "string" ? kind : null;
}

const quoted = (cell: unknown): string => {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
