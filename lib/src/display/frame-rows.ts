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
const FINE = /\bDatetime\((us|ns)\b/;
const LIST = /^DataType\((List|FixedSizeList)\b/;

/**
 * The first rows of a data frame. Columns that polars can't hand over as they are, such as Decimal, Enum and Binary,
 * come as text, and so do durations, whose numbers don't say their unit; whole numbers that JavaScript's numbers can't
 * hold as bigints; points in time between two milliseconds as dates whose text has all digits.
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

/** @param count of the unit since 1970 @param digits of the unit behind the point of a second: 3, 6 or 9 */
function dateOf(count: bigint, digits: number): Date {
  const second = 10n ** BigInt(digits);
  const within = ((count % second) + second) % second;
  const milliseconds = within / (second / 1000n);
  const date = Number(((count - within) / second) * 1000n + milliseconds);
  const fine = within % (second / 1000n) !== 0n && Number.isFinite(new Date(date).getTime());
  return fine ? new FineDate(date, String(within).padStart(digits, "0")) : new Date(date);
}

/** What is used of a type of columns. */
interface Type {
  variant: string;
  inner: unknown[];
  fields: readonly { name: string; dtype: Type }[];
}

type Replaced = typeof pl.Int64 | typeof pl.String;

/** A type with another in place of the whole numbers and points in time that JavaScript's can't hold. */
function replaced(type: Type, other: Replaced): unknown {
  const inner = () => replaced(type.inner[0] as Type, other) as Replaced;
  switch (type.variant) {
    case "UInt64":
      // read as text at once: half of them are no Int64
      return pl.String;
    case "Int64":
    case "Datetime":
      return other;
    case "List":
      return pl.List(inner());
    case "FixedSizeList":
      return pl.FixedSizeList(inner(), type.inner[1] as number);
    case "Struct":
      return pl.Struct(type.fields.map(({ name, dtype }) => new pl.Field(name, replaced(dtype, other) as Replaced)));
    default:
      return type;
  }
}

const DIGITS: Record<string, number> = { ms: 3, us: 6, ns: 9 };

/** A value of a type in which those come as text. */
function revived(value: unknown, type: Type): unknown {
  if (value === null || value === undefined) return value;
  switch (type.variant) {
    case "UInt64":
    case "Int64":
      return BigInt(value as string);
    case "Datetime":
      return dateOf(BigInt(value as string), DIGITS[/\((ms|us|ns)/.exec(String(type))![1]!]!);
    case "List":
    case "FixedSizeList":
      return Array.from(value as ArrayLike<unknown>, (item) => revived(item, type.inner[0] as Type));
    case "Struct": {
      const fields = value as Record<string, unknown>;
      return Object.fromEntries(type.fields.map(({ name, dtype }) => [name, revived(fields[name], dtype)]));
    }
    default:
      return value;
  }
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
  const plain = () => {
    const values = read(column);
    if (values.some(isTooLarge)) throw new RangeError("they would be rounded");
    return values;
  };
  const exact = () => {
    const own = head.getColumn(name).dtype as Type;
    const texts = column.cast(replaced(own, pl.Int64) as Replaced).cast(replaced(own, pl.String) as Replaced);
    return read(texts).map((value) => revived(value, own));
  };
  // of types that JavaScript has no name for
  const digits = () => {
    if (!LIST.test(type)) {
      const written = text();
      return written.every(isWhole) ? written.map(toWhole) : read(column);
    }
    const written = texts();
    return written.flat().every(isWhole) ? written.map((list) => list?.map(toWhole)) : read(column);
  };
  const bytes = () => read(column.isNull()).map((none) => (none ? null : "(bytes)"));
  const ways = DURATION.test(type)
    ? [printed]
    : BINARY.test(type)
      ? [text, bytes]
      : [
          ...(FINE.test(type) ? [] : [plain]),
          exact,
          digits,
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
