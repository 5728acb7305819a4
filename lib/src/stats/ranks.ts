import { show, UserError } from "../support/user-error.js";
import { checkNumbers, type Numbers } from "./check-numbers.js";
import { chiSquareTails } from "./special.js";

/**
 * Ranks of one row, 1 for the highest value; equal values share the mean of their ranks.
 *
 * @param values may be infinite
 * @returns [values], from 1 to their number, in the order of the values; of equal ones maybe a half
 * @throws UserError for a value that isn't a number
 */
export function ranks(values: Numbers): number[] {
  checkNumbers(values, true);
  return meanRanks(values).map((rank) => values.length + 1 - rank);
}

/** The same with 1 for the lowest value. */
export function meanRanks(values: Numbers): number[] {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) =>
    values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : 0,
  );
  const ranked = new Array<number>(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranked[order[i]!] = (from + 1 + to) / 2;
  }
  return ranked;
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
 * @param rows all of the same length; values may be infinite
 * @returns average ranks [columns], from 1 to the number of columns; chi squared of at least 0; p from 0 to 1
 * @throws UserError for fewer than two rows or columns, rows of several lengths, or a value that isn't a number
 */
export function friedman(rows: readonly Numbers[]): Friedman {
  if (!Array.isArray(rows)) throw new UserError(`rows are ${show(rows)}, expected an array of rows`);
  rows.forEach((row, i) => checkNumbers(row, true, `row ${i + 1}: value`));
  const [n, k] = [rows.length, rows[0]?.length ?? 0];
  if (n < 2 || k < 2) throw new UserError(`${n} seeds of ${k} models, expected at least two of each`);
  const ragged = rows.findIndex((row) => row.length !== k);
  if (ragged >= 0)
    throw new UserError(`row ${ragged + 1} has ${rows[ragged]!.length} values, expected ${k} as in row 1`);
  const ranked = rows.map(ranks);
  const averageRanks = Array.from({ length: k }, (_, column) => ranked.reduce((sum, row) => sum + row[column]!, 0) / n);
  const between = n * averageRanks.reduce((sum, rank) => sum + (rank - (k + 1) / 2) ** 2, 0);
  let within = 0;
  for (const row of ranked) for (const rank of row) within += (rank - (k + 1) / 2) ** 2;
  const statistic = within === 0 ? 0 : between / (within / (n * (k - 1)));
  return { averageRanks, statistic, p: chiSquareTails(statistic, k - 1).upper };
}

/**
 * The bars of a critical-difference diagram: longest stretches of the columns, in the order of their ranks, in which no
 * two differ. A column that differs from both its neighbours is in none.
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
