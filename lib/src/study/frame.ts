import pl, { type DataFrame } from "nodejs-polars";

type Cell = string | number | boolean | null;
/** A column's type and, for each row, its value. */
type Column<T> = [type: unknown, value: (row: T) => Cell];

/** A data frame of rows, with each column's type. @param options.dropEmpty leaves out columns that have no value in any row */
export function frame<T>(
  rows: readonly T[],
  columns: Record<string, Column<T>>,
  { dropEmpty = false }: { dropEmpty?: boolean } = {},
): DataFrame {
  const all = Object.entries(columns).map(([name, [type, value]]) => ({ name, type, values: rows.map(value) }));
  const kept = dropEmpty ? all.filter(({ values }) => values.some((value) => value !== null)) : all;
  return pl.DataFrame(kept.map(({ name, type, values }) => pl.Series(name, values, type as never)) as never);
}
