import { columnsOf, shownText } from "../support/text.js";
import { show as quote, UserError } from "../support/user-error.js";
import { cellText } from "./cell-text.js";
import { type FrameLike, frameRows } from "./frame-rows.js";
import { cellWriter } from "./kernel.js";

/** How a column is shown. */
export interface ColumnFormat {
  /** header, the column's name if not given */
  title?: string;
  /**
   * digits after the point; if not given four significant ones of the largest number, none for whole numbers, and of
   * numbers that would keep fewer than two significant ones so those two
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

/** What of the data is shown, and how. */
export interface TableOptions {
  /** the columns to show, in this order; all of them if not given */
  columns?: Record<string, ColumnFormat>;
  /** rows to show at most, 20 if not given, up to 10,000; a line below counts the rest */
  rows?: number;
  /** a line above the table */
  title?: string;
}

/** A table ready to be written out: every cell is text. */
export interface TableText {
  title: string | null;
  headers: { title: string; numeric: boolean }[];
  cells: string[][];
  /** e.g. "and 12 more rows, 32 in all" */
  rest: string | null;
}

/**
 * Shows a table below the cell, numbers with fixed digits and aligned right. Outside a notebook it prints aligned text, as
 * wide as the terminal.
 *
 * @param data a polars DataFrame or an array of objects
 * @throws UserError something else; a column that the data hasn't got; digits or rows out of range
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

export function isFrame(data: unknown): data is FrameLike {
  const frame = data as Partial<FrameLike> | null;
  return typeof frame?.head === "function" && Array.isArray(frame.columns) && typeof frame.height === "number";
}

/** Text of every cell. Throws as showTable. */
export function layoutTable(data: FrameLike | readonly object[], options: TableOptions = {}): TableText {
  const { rows: most = 20, title = null } = options;
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
  const names = options.columns ? Object.keys(options.columns) : known;
  const asked = names.flatMap((name) => {
    const to = options.columns?.[name]?.to;
    return to === undefined ? [name] : [name, to];
  });
  const missing = asked.find((name) => !known.includes(name));
  if (missing !== undefined && total > 0) {
    throw new UserError(`column ${quote(missing)} is not in the table, expected one of ${known.join(", ")}`);
  }
  const columns = names.map((name) => {
    const { to, ...format } = options.columns?.[name] ?? {};
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
    title,
    headers: columns.map(({ title, numeric }) => ({ title, numeric })),
    cells: rows.map((_, i) => columns.map((column) => column.cells[i]!)),
    rest: restLine(total - rows.length, total),
  };
}

function restLine(rest: number, total: number): string | null {
  return rest === 0 ? null : `and ${grouped(rest)} more ${rest === 1 ? "row" : "rows"}, ${grouped(total)} in all`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
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
  const tiny = format.digits === undefined && !percent && digits > 6;
  const number = (value: number): string => {
    if (!Number.isFinite(value)) return String(value);
    if (tiny) return value === 0 ? "0" : value.toExponential(2);
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping };
    const shown = percent ? 100 * value : value;
    // beside large numbers a small one would read as 0, or as a digit that is hardly its own
    if (
      format.digits === undefined &&
      !percent &&
      value !== 0 &&
      Math.abs(value) * 10 ** digits < 9.5 &&
      !Number.isInteger(value)
    )
      return String(Number(value.toPrecision(2)));
    return shown.toLocaleString("en-US", options);
  };
  const cell = (value: unknown): string => {
    if (value === null || value === undefined) return "–";
    if (format.text) return shownText(textOf(name, format.text(value)));
    if (typeof value === "number") return number(value);
    if (typeof value === "bigint")
      return percent || digits > 0 ? number(Number(value)) : value.toLocaleString("en-US", { useGrouping });
    return cellText(value);
  };
  return { title, numeric, cells: values.map(cell) };
}

/** What a format's `text` gave. @throws UserError for a promise, which nobody would wait for */
function textOf(name: string, text: unknown): string {
  if (!(text instanceof Promise)) return String(text);
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

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it may stand in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** Names in one piece: browsers break at hyphens, in "DMS-NTM" too. */
function inOnePiece(text: string): string {
  return escapeHtml(text).replace(
    /[^\s-]+(?:-[^\s-]+)+/g,
    (name) => `<span style="white-space: nowrap">${name}</span>`,
  );
}

export function tableHtml({ title, headers, cells, rest }: TableText): string {
  // JupyterLab's style sheet overrules the attribute, GitHub drops the style: each needs the other
  const align = (i: number) => {
    const side = headers[i]!.numeric ? "right" : "left";
    return ` align="${side}" style="text-align: ${side}"`;
  };
  const line = (tag: string, row: readonly string[]) => {
    return `<tr>${row.map((text, i) => `<${tag}${align(i)}>${inOnePiece(text)}</${tag}>`).join("")}</tr>`;
  };
  return [
    "<table>",
    ...(title === null
      ? []
      : [`<caption style="text-align: left; white-space: nowrap">${escapeHtml(title)}</caption>`]),
    `<thead>${line(
      "th",
      headers.map((header) => header.title),
    )}</thead>`,
    "<tbody>",
    ...cells.map((row) => line("td", row)),
    "</tbody>",
    "</table>",
    ...(rest === null ? [] : [`<p>${escapeHtml(rest)}</p>`]),
  ].join("\n");
}

/** A gap between columns of text. */
const GAP = "  ";

/**
 * @param fit characters that a line may have: headers are broken between words; where that isn't enough, columns of one
 *   and the same value become a line below, and then what is at the right is left out, which a line says
 */
export function tableText(table: TableText, fit = Number.POSITIVE_INFINITY): string {
  const width = columnsOf;
  const broken = (column: number) => {
    const cells = table.cells.map((row) => width(row[column]!));
    const words = table.headers[column]!.title.split(" ");
    const most = [...cells, ...words.map(width)].reduce((a, b) => Math.max(a, b), 0);
    return Number.isFinite(fit) ? filled(words, most) : [words.join(" ")];
  };
  const all = table.headers.map(({ title, numeric }, i) => {
    const header = broken(i);
    const cells = table.cells.map((row) => row[i]!);
    const same = cells.length > 1 && new Set(cells).size === 1;
    const widest = [...header, ...cells].map(width).reduce((a, b) => Math.max(a, b), 0);
    return { title, numeric, header, cells, same, width: widest };
  });
  let columns = all;
  const tooWide = () =>
    columns.length > 1 && columns.reduce((sum, column) => sum + column.width + GAP.length, -GAP.length) > fit;
  if (tooWide() && columns.some(({ same }) => !same)) columns = columns.filter(({ same }) => !same);
  while (tooWide()) columns = columns.slice(0, -1);
  const line = (row: readonly string[]) => {
    const padded = columns.map(({ numeric, width: wide }, i) => {
      const gap = " ".repeat(wide - width(row[i]!));
      return numeric ? gap + row[i] : row[i] + gap;
    });
    return padded.join(GAP).trimEnd();
  };
  const height = Math.max(...columns.map(({ header }) => header.length));
  const headers = Array.from({ length: height }, (_, i) =>
    line(columns.map(({ header }) => header[header.length - height + i] ?? "")),
  );
  const left = all.filter((column) => !columns.includes(column));
  const everywhere = left.filter(({ same }) => same).map(({ title, cells }) => `${title} ${cells[0]}`);
  const noRoom = left.filter(({ same }) => !same).map(({ title }) => title);
  return [
    ...(table.title === null ? [] : [table.title]),
    ...headers,
    columns.map((column) => "─".repeat(column.width)).join(GAP),
    ...table.cells.map((_, row) => line(columns.map(({ cells }) => cells[row]!))),
    ...(table.rest === null ? [] : [table.rest]),
    ...(everywhere.length === 0 ? [] : [`in all rows: ${everywhere.join("; ")}`]),
    ...(noRoom.length === 0 ? [] : [`no room for: ${noRoom.join("; ")}`]),
  ].join("\n");
}

/** Words in lines of at most so many characters. */
function filled(words: readonly string[], most: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(`${last} ${word}`) <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
