import { jStat } from "jstat";
import { UserError } from "../support/user-error.js";

/**
 * Ranks of one row, 1 for the highest value; equal values share the mean of their ranks.
 *
 * @returns [values], from 1 to their number, in the order of the values; of equal ones maybe a half
 */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const above = values.filter((other) => other > value).length;
    const equal = values.filter((other) => other === value).length;
    return above + (equal + 1) / 2;
  });
}

/** What Friedman's test gives. */
export interface Friedman {
  /** mean rank of each column over the rows, 1 for the highest */
  averageRanks: number[];
  /** chi squared, corrected for ties */
  statistic: number;
  /** that all columns are alike */
  p: number;
}

/**
 * Friedman's test (1937) over rows, here seeds, of one value a column, here a model.
 *
 * @returns average ranks [columns], from 1 to the number of columns; chi squared of at least 0; p from 0 to 1
 * @throws UserError for fewer than two rows or columns
 */
export function friedman(rows: readonly (readonly number[])[]): Friedman {
  const [n, k] = [rows.length, rows[0]?.length ?? 0];
  if (n < 2 || k < 2) throw new UserError(`${n} seeds of ${k} models, expected at least two of each`);
  const ranked = rows.map(ranks);
  const averageRanks = Array.from({ length: k }, (_, column) => ranked.reduce((sum, row) => sum + row[column]!, 0) / n);
  const between = n * averageRanks.reduce((sum, rank) => sum + (rank - (k + 1) / 2) ** 2, 0);
  const within = ranked.flat().reduce((sum, rank) => sum + (rank - (k + 1) / 2) ** 2, 0) / (n * (k - 1));
  const statistic = within === 0 ? 0 : between / within;
  return { averageRanks, statistic, p: 1 - jStat.chisquare.cdf(statistic, k - 1) };
}

/**
 * The bars of a critical-difference diagram: longest stretches of the columns, in the order of their ranks, in which no two differ. A
 * column that differs from both its neighbours is in none.
 *
 * @param order columns from best to worst
 * @param differ whether two columns do
 * @returns each at least two columns, in the order of `order`
 */
export function groupsOf<T>(order: readonly T[], differ: (a: T, b: T) => boolean): T[][] {
  const stretches = order.map((_, start) => {
    let end = start + 1;
    while (end < order.length && order.slice(start, end).every((member) => !differ(member, order[end]!))) end++;
    return { start, end };
  });
  return stretches
    .filter(({ start, end }) => end - start > 1 && !stretches.some((other) => other.start < start && other.end >= end))
    .map(({ start, end }) => order.slice(start, end));
}
