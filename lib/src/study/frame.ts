import pl, { type DataFrame } from "nodejs-polars";

type Cell = string | number | boolean | null;
/** A column's type and, for each row, its value; without it what the row has under the column's name. */
type Column<T> = Type | [type: Type, value: (row: T) => Cell];
type Type = typeof pl.String | typeof pl.Float64 | typeof pl.Int32 | typeof pl.Bool;

/**
 * A data frame of rows, with each column's type.
 * @param options.dropEmpty leaves out columns that have no value in any row
 */
export function frame<T>(
  rows: readonly T[],
  columns: Record<string, Column<T>>,
  { dropEmpty = false }: { dropEmpty?: boolean } = {},
): DataFrame {
  const own = (name: string) => (row: T) => row[name as keyof T] as Cell;
  const all = Object.entries(columns).map(([name, column]) => {
    const [type, value] = Array.isArray(column) ? column : [column, own(name)];
    return { name, type, values: rows.map(value) };
  });
  const kept = dropEmpty ? all.filter(({ values }) => values.some((value) => value !== null)) : all;
  return pl.DataFrame(kept.map(({ name, type, values }) => pl.Series(name, values, type as never)) as never);
}
