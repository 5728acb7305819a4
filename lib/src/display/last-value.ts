import { isFrame, isObject, isPlain, type Row, type Spec } from "../figures/spec.js";
import { show } from "./show.js";
import { showTable } from "./table.js";

/** Where the project's kernel (scripts/jupyter/kernel/last.cjs) looks for who shows the value that a cell ends with. */
const LAST_VALUE = Symbol.for("dms-ntm.last-value");

/** Columns of a table of objects at most; one screen of a laptop is full then. */
const COLUMNS = 9;
/** characters of a list that is shown in a cell of a table */
const LIST = 30;
/** what of all rows is named in one line above the table */
const NAMED = 4;

/** Has the kernel show the values that cells end with as the tables and charts that they are. */
export function installLastValue(): void {
  (globalThis as { [LAST_VALUE]?: typeof showLast })[LAST_VALUE] = showLast;
}

/** @returns whether the value is one that is shown here: a chart, a data frame, rows, a record, a study */
export async function showLast(value: unknown): Promise<boolean> {
  if (isChart(value)) await show(value);
  else if (isFrame(value)) showTable(value);
  else if (isRecord(value)) showTable(settings(value), { rows: 40 });
  else if (isStudy(value)) showStudy(value);
  else if (Array.isArray(value) && value.length > 1 && value.every(isPlain)) return showRows(value);
  else return false;
  return true;
}

function isChart(value: unknown): value is Spec {
  return isObject(value) && typeof value.$schema === "string" && /vega-lite/.test(value.$schema);
}

/** A run's record: what it is, how it came about, what came out. */
function isRecord(value: unknown): value is Row {
  return isPlain(value) && ["name", "seed", "config", "result"].every((key) => key in value);
}

/** What a study plans: not its functions. */
interface StudyLike {
  name: string;
  question: string;
  parts: { name: string; seeds: number; models: Row }[];
}

function isStudy(value: unknown): value is StudyLike {
  if (!isPlain(value) || typeof value.question !== "string" || !Array.isArray(value.parts)) return false;
  return value.parts.every((part) => isPlain(part) && isPlain(part.models) && typeof part.seeds === "number");
}

function showStudy({ name, question, parts }: StudyLike): void {
  const rows = parts.map(({ name: part, seeds, models }) => ({ part, seeds, models: Object.keys(models).join(", ") }));
  showTable(rows, { title: `study ${name}: ${question}`, columns: { part: {}, seeds: {}, models: {} }, rows: 12 });
}

const isScalar = (value: unknown): boolean =>
  value === null || ["string", "number", "boolean", "bigint"].includes(typeof value);

/** The entries of a row that fit a cell: scalars and short lists, those of an object in it as "object.key". */
function flat(row: Row, prefix = ""): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]): [string, unknown][] => {
      const name = `${prefix}${key}`;
      if (isScalar(value)) return [[name, value]];
      if (isPlain(value) && prefix === "") return Object.entries(flat(value, `${name}.`));
      if (!Array.isArray(value) || !value.every(isScalar)) return [];
      const text = value.join(", ");
      return text.length <= LIST ? [[name, `[${text}]`]] : [];
    }),
  );
}

/** A record as rows of key and value. */
function settings(record: Row): { what: string; value: string }[] {
  const lists = Object.entries(record).filter(([, value]) => Array.isArray(value));
  return [
    ...Object.entries(flat(record)).map(([what, value]) => ({ what, value: String(value) })),
    ...lists.map(([what, list]) => ({ what, value: `${(list as unknown[]).length} entries` })),
  ];
}

const cut = (names: readonly string[]) => `${names.slice(0, NAMED).join(", ")}${names.length > NAMED ? ", ..." : ""}`;

/** Rows as a table: what is the same in all of them stands above it, what doesn't fit is named. */
function showRows(values: readonly Row[]): boolean {
  const rows = values.map((row) => flat(row));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const same = (name: string) => rows.every((row) => row[name] === rows[0]![name]);
  const shown = names.filter((name) => !same(name));
  if (shown.length === 0) return false;
  const columns = shown.slice(0, COLUMNS);
  const left = [
    ...shown.slice(COLUMNS),
    ...Object.keys(values[0]!).filter((key) => !names.some((n) => n.split(".")[0] === key)),
  ];
  const common = names.filter(same).map((name) => `${name} ${rows[0]![name]}`);
  const title = [
    `${values.length} rows`,
    ...(common.length > 0 ? [`all with ${cut(common)}`] : []),
    ...(left.length > 0 ? [`not shown: ${cut(left)}`] : []),
  ].join("; ");
  showTable(rows, { title, columns: Object.fromEntries(columns.map((name) => [name, {}])), rows: 12 });
  return true;
}
