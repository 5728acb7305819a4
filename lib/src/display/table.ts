import { type FrameLike, isFrame } from "../figures/spec.js";
import { checkKeys, withDefaults } from "../support/options.js";
import { shownText } from "../support/text.js";
import { show as quote, UserError } from "../support/user-error.js";
import { cellText } from "./cell-text.js";
import { frameRows } from "./frame-rows.js";
import { cellWriter } from "./kernel.js";
import { type TableText, tableHtml, tableText } from "./table-text.js";

/** How a column is shown. */
export interface ColumnFormat {
  /** header, the column's name if not given */
  title?: string;
  /**
   * digits after the point; if not given four significant ones of the largest number, none for whole numbers, and of
   * numbers that would keep fewer than two significant ones so those two; above 2^53 as powers of ten
   */
  digits?: number;
  /** put behind the title in parentheses; of per cents "%", unless said otherwise: a difference of two is in points */
  unit?: string;
  /** a fraction shown as per cent, with one digit after the point if `digits` doesn't say otherwise */
  percent?: boolean;
  /** the column with the upper end of an interval that this one begins: shown together, "80.1 to 82.3" */
  to?: string;
  /** how a value reads, e.g. a title for a short name; for columns that aren't numbers */
  text?: (value: unknown) => string;
}

const FORMAT_KEYS = ["title", "digits", "unit", "percent", "to", "text"] satisfies (keyof ColumnFormat)[];

/** What of the data is shown, and how. */
export interface TableOptions {
  /** the columns to show, in this order; all of them if not given */
  columns?: Record<string, ColumnFormat>;
  /** rows to show at most, 20 if not given, up to 10,000; a line below counts the rest */
  rows?: number;
  /** a line above the table */
  title?: string;
}

/**
 * Shows a table below the cell, numbers with fixed digits and aligned right. Outside a notebook it prints aligned text, as
 * wide as the terminal.
 *
 * @param data a polars DataFrame or an array of objects
 * @throws UserError something else; a column that the data hasn't got; an unknown option; digits or rows out of range
 */
export function showTable(data: FrameLike | readonly object[], options: TableOptions = {}): void {
  const table = layoutTable(data, options);
  const write = cellWriter();
  if (write) write({ "text/html": tableHtml(table), "text/plain": tableText(table) });
  else console.log(tableText(table, process.stdout.columns || PRINTED));
}

/** Characters in a line where no terminal says how many it has; some say 0. */
const PRINTED = 100;

/** More make a notebook slow to open. */
const MOST_ROWS = 10_000;

/** Text of every cell. Throws as showTable. */
export function layoutTable(data: FrameLike | readonly object[], options: TableOptions = {}): TableText {
  const {
    columns: formats,
    rows: most,
    title,
  } = withDefaults("showTable", options, {
    columns: undefined,
    rows: 20,
    title: undefined,
  });
  checkText("title", title);
  if (!Number.isInteger(most) || most < 1)
    throw new UserError(`rows is ${quote(most)}, expected a whole number of at least 1`);
  if (most > MOST_ROWS)
    throw new UserError(
      `rows is ${most}, expected at most ${MOST_ROWS}: frame.writeCSV("table.csv") writes all into a file`,
    );
  if (!isFrame(data) && !Array.isArray(data)) {
    throw new UserError(`table data is ${quote(data)}, expected a polars DataFrame or an array of objects`);
  }
  const total = isFrame(data) ? data.height : data.length;
  const rows = (isFrame(data) ? frameRows(data, most) : data.slice(0, most)) as Record<string, unknown>[];
  const odd = rows.findIndex((row) => typeof row !== "object" || row === null);
  if (odd >= 0) throw new UserError(`table row ${odd + 1} is ${quote(rows[odd])}, expected an object`);
  const known = isFrame(data) ? data.columns : [...new Set(data.flatMap((row) => Object.keys(row ?? {})))];
  const names = formats ? Object.keys(formats) : known;
  const asked = names.flatMap((name) => [name, formats?.[name]?.to ?? name]);
  const missing = asked.find((name) => !known.includes(name));
  if (missing !== undefined && total > 0) {
    throw new UserError(`column ${quote(missing)} is not in the table, expected one of ${known.join(", ")}`);
  }
  const columns = names.map((name) => {
    const format = formats?.[name] ?? {};
    checkFormat(name, format);
    const { to } = format;
    const values = rows.map((row) => row[name]);
    if (to === undefined) return formatColumn(name, values, format);
    const { cells, ...column } = formatColumn(name, [...values, ...rows.map((row) => row[to])], format);
    const ends = cells.slice(rows.length);
    return {
      ...column,
      cells: ends.map((end, i) => (end === "–" && cells[i] === "–" ? end : `${cells[i]} to ${end}`)),
    };
  });
  return {
    title: title?.replace(/[^\n]+/g, shownText) ?? null,
    headers: columns.map(({ title, numeric }) => ({ title, numeric })),
    cells: rows.map((_, i) => columns.map((column) => column.cells[i]!)),
    rest: names.length === 0 ? `${counted(total)}, no columns` : restLine(total - rows.length, total),
  };
}

function checkFormat(name: string, format: ColumnFormat): void {
  checkKeys(`columns.${name}`, format, FORMAT_KEYS);
  for (const key of ["title", "unit"] as const) checkText(`columns.${name}.${key}`, format[key]);
  if (format.text !== undefined && typeof format.text !== "function")
    throw new UserError(`columns.${name}.text is ${quote(format.text)}, expected a function of a value`);
}

function checkText(what: string, value: unknown): void {
  if (typeof (value ?? "") !== "string") throw new UserError(`${what} is ${quote(value)}, expected text`);
}

function restLine(rest: number, total: number): string | null {
  if (rest === 0) return null;
  const [more = "", rows] = counted(rest).split(" ");
  return `and ${more} more ${rows}, ${total.toLocaleString("en-US")} in all`;
}

function counted(rows: number): string {
  return `${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`;
}

function formatColumn(name: string, values: unknown[], format: ColumnFormat) {
  const { percent = false } = format;
  const unit = format.unit ?? (percent ? "%" : undefined);
  const title = shownText(unit ? `${format.title ?? name} (${unit})` : (format.title ?? name));
  const numbers = values.filter((value) => typeof value === "number" || typeof value === "bigint").map(Number);
  const numeric =
    (numbers.length > 0 || percent || format.digits !== undefined) &&
    numbers.length === values.filter((value) => value !== null && value !== undefined).length;
  const digits = format.digits ?? (percent ? 1 : fittingDigits(numbers));
  if (!Number.isInteger(digits) || digits < 0 || digits > 20) {
    throw new UserError(`columns.${name}.digits is ${quote(digits)}, expected a whole number from 0 to 20`);
  }
  // seeds and years read better without separators, large counts with them
  const useGrouping = numbers.some((value) => Math.abs(value) >= 10_000);
  const fitted = format.digits === undefined && !percent;
  const number = (given: number): string => {
    const value = percent ? 100 * given : given;
    if (!Number.isFinite(value)) return String(given);
    // further digits wouldn't be its own
    if (Math.abs(value) > (fitted ? Number.MAX_SAFE_INTEGER : 1e21)) return value.toExponential(2);
    if (fitted && digits > 6) return value === 0 ? "0" : value.toExponential(2);
    // beside large numbers a small one would read as 0, or as a digit that is hardly its own
    if (fitted && Math.abs(value) * 10 ** digits < 9.5 && !Number.isInteger(value))
      return String(Number(value.toPrecision(2)));
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping };
    // what rounds to 0 has no sign
    return value.toLocaleString("en-US", { ...options, signDisplay: "negative" });
  };
  const cell = (value: unknown): string => {
    if (value === null || value === undefined) return "–";
    if (format.text) return shownText(textOf(name, format.text(value)));
    if (typeof value === "number") return number(value);
    if (typeof value === "bigint")
      return (percent || digits > 0) && Number.isFinite(Number(value))
        ? number(Number(value))
        : value.toLocaleString("en-US", { useGrouping });
    return cellText(value);
  };
  return { title, numeric, cells: values.map(cell) };
}

/** What a format's `text` gave. @throws UserError for a promise, which nobody would wait for */
function textOf(name: string, text: unknown): string {
  if (!(text instanceof Promise)) return typeof text === "string" ? text : cellText(text);
  text.catch(() => {});
  throw new UserError(`columns.${name}.text gave a promise, expected text: a table can't wait`);
}

/** Digits after the point that give the largest number four significant ones. */
function fittingDigits(numbers: readonly number[]): number {
  const finite = numbers.filter((value) => Number.isFinite(value) && value !== 0);
  if (finite.every(Number.isInteger)) return 0;
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.min(20, Math.max(0, 3 - Math.floor(Math.log10(largest))));
}
