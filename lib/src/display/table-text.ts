import { columnsOf, filled } from "../support/text.js";

/** A table ready to be written out: every cell is text. */
export interface TableText {
  title: string | null;
  headers: { title: string; numeric: boolean }[];
  cells: string[][];
  /** e.g. "and 12 more rows, 32 in all" */
  rest: string | null;
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it may stand in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** Characters of a name from which on it may be broken: it would make a table too wide for its place. */
const LONG = 40;

/** Names in one piece: browsers break at hyphens, in "DMS-NTM" too. */
function inOnePiece(text: string): string {
  return escapeHtml(text).replace(/[^\s-]+(?:-[^\s-]+)+/g, (name) =>
    name.length > LONG ? name : `<span style="white-space: nowrap">${name}</span>`,
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
  const remark = (text: string) => filled(text.split(" "), fit);
  return [
    ...(table.title === null ? [] : [table.title]),
    ...headers,
    columns.map((column) => "─".repeat(column.width)).join(GAP),
    ...table.cells.map((_, row) => line(columns.map(({ cells }) => cells[row]!))),
    ...(table.rest === null ? [] : [table.rest]),
    ...(everywhere.length === 0 ? [] : remark(`in all rows: ${everywhere.join("; ")}`)),
    ...(noRoom.length === 0 ? [] : remark(`no room for: ${noRoom.join("; ")}`)),
  ].join("\n");
}
