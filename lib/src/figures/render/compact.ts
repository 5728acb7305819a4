import { isObject, isPlain, type Row, type Spec } from "../spec.js";

/**
 * Significant digits of a chart's numbers: more can't be seen, and the last ones of float32 differ between machines.
 */
const DIGITS = 5;

/** What becomes of a set of rows: `values`, and the format that says how they are to be read. */
type Change = (rows: unknown[]) => { values: unknown; format?: Spec };

/** The spec with all inline data changed, where they lie in its parts or under a name at its top. */
function withData(spec: Spec, change: Change): Spec {
  const named = Object.entries(isObject(spec.datasets) ? spec.datasets : {}).map(([name, rows]) => {
    return [name, Array.isArray(rows) ? change(rows) : { values: rows }] as const;
  });
  const formats = new Map(named.map(([name, { format }]) => [name, format]));
  const data = (value: Spec): Spec => {
    if (Array.isArray(value.values)) return { ...value, ...change(value.values) };
    const format = formats.get(String(value.name));
    return format === undefined ? value : { ...value, format };
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

function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
  if (Array.isArray(value)) return value.map(rounded);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
}

/** The spec with the numbers of its inline data, and of the domains that come from them, rounded to what can be seen. */
export const visibleDigits = (spec: Spec): Spec =>
  withData(roundedDomains(spec) as Spec, (values) => ({ values: rounded(values) }));

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
  return withData(spec, (values) => (values.length < FEW || !values.every(isPlain) ? { values } : tableOf(values)));
}

type ColumnType = "number" | "boolean" | "string";

function tableOf(rows: Row[]): ReturnType<Change> {
  const names = Object.keys(rows[0]!);
  const types = names.map((name) => columnType(rows.map((row) => row[name])));
  const sameShape = rows.every((row) => Object.keys(row).length === names.length && names.every((name) => name in row));
  if (!sameShape || types.includes(null)) return { values: JSON.stringify(rows), format: { type: "json" } };
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
