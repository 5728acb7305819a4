import pl from "nodejs-polars";
import type { FrameLike } from "../figures/spec.js";

/** What of a polars DataFrame is used where its rows can't be had at once. */
interface Columns {
  select(column: unknown): { toRecords(): object[] };
  getColumn(name: string): { readonly dtype: unknown; toArray(): unknown[] };
}

/** Fields of a type as JavaScript's names of it tell them. */
const DURATION = /\bDuration\b/;
const BINARY = /\bBinary\b/;
/** Of a finer unit than that of JavaScript's dates. */
const FINE = /^DataType\(Datetime\((us|ns)\b/;
const LIST = /^DataType\((List|FixedSizeList)\b/;

/**
 * The first rows of a data frame. Columns that polars can't hand over as they are, such as Decimal, Enum and Binary,
 * come as text, and so do durations, whose numbers don't say their unit; whole numbers that JavaScript's numbers can't
 * hold as bigints; points in time between two milliseconds as dates whose text has all digits (in lists and structs it
 * ends with the millisecond).
 */
export function frameRows(frame: FrameLike, most: number): Record<string, unknown>[] {
  const head = frame.head(most);
  const columnsOfHead = head as unknown as Columns;
  const types = frame.columns.map((name) => typeOf(columnsOfHead, name));
  try {
    const rows = head.toRecords() as Record<string, unknown>[];
    const asTheyAre =
      !types.some((type) => DURATION.test(type) || FINE.test(type)) && !frame.columns.includes("__proto__");
    if (asTheyAre && !rows.some((row) => Object.values(row).some(isTooLarge))) return rows;
  } catch {
    // one of its columns: which, and how it can be had, is tried below
  }
  const count = Math.min(most, frame.height);
  const columns = frame.columns.map((name, i) => [name, columnOf(columnsOfHead, name, types[i]!, count)] as const);
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
  );
}

/** A column's type in words; of one that JavaScript has no name for what polars says instead. */
function typeOf(head: Columns, name: string): string {
  try {
    return String(head.getColumn(name).dtype);
  } catch (error) {
    return (error as Error).message;
  }
}

function isTooLarge(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(isTooLarge);
}

const isWhole = (text: unknown) => text === null || /^-?\d+$/.test(String(text));
const toWhole = (text: unknown) => (text === null ? null : BigInt(String(text)));

/** A date that knows more digits than its milliseconds. */
class FineDate extends Date {
  /** @param within digits of the second, behind the point */
  constructor(
    milliseconds: number,
    private readonly within: string,
  ) {
    super(milliseconds);
  }

  override toISOString(): string {
    return super.toISOString().replace(/\d+Z$/, `${this.within}Z`);
  }
}

/** @param count of the unit since 1970 @param digits of the unit behind the point of a second, 6 or 9 */
function dateOf(count: bigint, digits: number): Date {
  const second = 10n ** BigInt(digits);
  const within = ((count % second) + second) % second;
  const milliseconds = within / (second / 1000n);
  const date = Number(((count - within) / second) * 1000n + milliseconds);
  const fine = within % (second / 1000n) !== 0n && Number.isFinite(new Date(date).getTime());
  return fine ? new FineDate(date, String(within).padStart(digits, "0")) : new Date(date);
}

function columnOf(head: Columns, name: string, type: string, count: number): unknown[] {
  const column = pl.col(name);
  const read = (values: pl.Expr): unknown[] =>
    head
      .select(values.alias("value"))
      .toRecords()
      .map((row) => (row as { value: unknown }).value);
  const text = () => read(column.cast(pl.String));
  const texts = () => read(column.cast(pl.List(pl.String))) as (unknown[] | null)[];
  // of a struct that holds a column, polars writes the text of any type, in braces
  const printed = () =>
    (read(pl.struct([column]).cast(pl.String)) as (string | null)[]).map((cell) => cell?.slice(1, -1));
  const exact = () => {
    const values = read(column);
    if (!values.some(isTooLarge)) return values;
    if (LIST.test(type)) {
      const digits = texts();
      return digits.flat().every(isWhole) ? digits.map((list) => list?.map(toWhole)) : values;
    }
    const digits = text();
    return digits.every(isWhole) ? digits.map(toWhole) : values;
  };
  const dates = () => {
    const digits = FINE.exec(type)![1] === "us" ? 6 : 9;
    const counts = read(column.cast(pl.Int64).cast(pl.String)) as (string | null)[];
    return counts.map((count) => (count === null ? null : dateOf(BigInt(count), digits)));
  };
  const bytes = () => read(column.isNull()).map((none) => (none ? null : "(bytes)"));
  const ways = DURATION.test(type)
    ? [printed]
    : BINARY.test(type)
      ? [text, bytes]
      : [
          ...(FINE.test(type) ? [dates] : []),
          exact,
          text,
          ...(LIST.test(type) ? [texts] : []),
          printed,
          () => head.getColumn(name).toArray(),
        ];
  for (const way of ways) {
    try {
      return way();
    } catch {
      // the next way
    }
  }
  return new Array(count).fill(`(${type})`);
}
