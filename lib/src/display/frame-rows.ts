import pl from "nodejs-polars";
import type { FrameLike } from "../figures/spec.js";

/** What of a polars DataFrame is used where its rows can't be had at once. */
interface Columns {
  select(column: unknown): { toRecords(): object[] };
  getColumn(name: string): { toArray(): unknown[] };
}

/**
 * The first rows of a data frame. Columns that polars can't hand over as they are, such as Decimal, Enum and Binary,
 * come as text; whole numbers that JavaScript's numbers can't hold as bigints.
 */
export function frameRows(frame: FrameLike, most: number): Record<string, unknown>[] {
  const head = frame.head(most);
  try {
    const rows = head.toRecords() as Record<string, unknown>[];
    if (!rows.some((row) => Object.values(row).some(isTooLarge))) return rows;
  } catch {
    // one of its columns: which, and how it can be had, is tried below
  }
  const count = Math.min(most, frame.height);
  const columns = frame.columns.map((name) => [name, columnOf(head as unknown as Columns, name, count)] as const);
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
  );
}

function isTooLarge(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
}

function columnOf(head: Columns, name: string, count: number): unknown[] {
  const read = (column: unknown): unknown[] =>
    head
      .select(column)
      .toRecords()
      .map((row) => (row as Record<string, unknown>)[name]);
  const text = () => read(pl.col(name).cast(pl.String));
  const exact = () => {
    const values = read(name);
    if (!values.some(isTooLarge)) return values;
    const digits = text() as (string | null)[];
    const whole = digits.every((number) => number === null || /^-?\d+$/.test(number));
    return whole ? digits.map((number) => (number === null ? null : BigInt(number))) : values;
  };
  for (const way of [exact, text, () => head.getColumn(name).toArray()]) {
    try {
      return way();
    } catch {
      // the next way
    }
  }
  return new Array(count).fill("(bytes)");
}
