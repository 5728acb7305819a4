import pl from "nodejs-polars";

/** The part of a polars DataFrame that a table needs. */
export interface FrameLike {
  readonly columns: string[];
  readonly height: number;
  /** the first rows; five if not said */
  head(length?: number): {
    /** an object a row */
    toRecords(): object[];
  };
}

type Column = unknown[];

/** What of a polars DataFrame is used where its rows can't be had at once. */
interface Frame extends FrameLike {
  head(length?: number): Frame & { toRecords(): object[] };
  select(...columns: unknown[]): Frame;
  getColumn(name: string): { toArray(): Column };
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
  const columns = frame.columns.map((name) => [name, columnOf(head as unknown as Frame, name)] as const);
  const count = Math.min(most, frame.height);
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
  );
}

function isTooLarge(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
}

function columnOf(head: Frame, name: string): Column {
  const count = head.height;
  const read = (frame: Frame): Column =>
    (frame.head(count).toRecords() as Record<string, unknown>[]).map((row) => row[name]);
  const text = () => read(head.select(pl.col(name).cast(pl.String)));
  const ways: (() => Column)[] = [
    () => {
      const values = read(head.select(name));
      if (!values.some(isTooLarge)) return values;
      const texts = text();
      return texts.every((digits) => digits === null || /^-?\d+$/.test(String(digits)))
        ? texts.map((digits) => (digits === null ? null : BigInt(String(digits))))
        : values;
    },
    text,
    () => head.getColumn(name).toArray(),
  ];
  for (const way of ways) {
    try {
      return way();
    } catch {
      // the next way
    }
  }
  return new Array(count).fill("(bytes)");
}
