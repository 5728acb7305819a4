import { show, UserError } from "../support/user-error.js";
import { checkNumbers, type Numbers } from "./check-numbers.js";

/**
 * How often single runs come out in an order: the share of all combinations of one value from each group in which each
 * value is above that of the next group. Ties don't count as ordered.
 *
 * @param groups values of each model, the one that should be best first; they may be infinite
 * @returns from 0 to 1
 * @throws UserError without groups, for an empty one, or a value that isn't a number
 */
export function orderShare(groups: readonly Numbers[]): number {
  checkRows(groups, "group");
  // ways[i]: of the combinations of the groups after a value's own, the share that continues downwards from the i-th
  // value
  let lower = new Float64Array();
  let ways = new Float64Array();
  for (const [i, group] of [...groups].reverse().entries()) {
    const values = Float64Array.from(group).sort();
    // cumulated: ways of the first so many of the values below, as a share
    const cumulated = new Float64Array(lower.length + 1);
    for (let j = 0; j < lower.length; j++) cumulated[j + 1] = cumulated[j]! + ways[j]!;
    let below = 0;
    ways = values.map((value) => {
      while (below < lower.length && lower[below]! < value) below++;
      return i === 0 ? 1 : cumulated[below]! / lower.length;
    });
    lower = values;
  }
  return ways.reduce((sum, share) => sum + share, 0) / ways.length;
}

/**
 * The same with one seed for all models: the share of the seeds whose values are in the order.
 *
 * @param rows of each seed the models' values, the one that should be best first; they may be infinite
 * @returns from 0 to 1
 * @throws UserError without rows, for an empty one, or a value that isn't a number
 */
export function orderSharePaired(rows: readonly Numbers[]): number {
  checkRows(rows, "row");
  const ordered = rows.filter((row) => Array.from(row).every((value, i) => i === 0 || value < row[i - 1]!));
  return ordered.length / rows.length;
}

function checkRows(rows: readonly Numbers[], what: string): void {
  if (!Array.isArray(rows) || rows.length === 0)
    throw new UserError(`${what}s are ${show(rows)}, expected an array of at least one ${what}`);
  rows.forEach((row, i) => {
    checkNumbers(row, true, `${what} ${i + 1}: value`);
    if (row.length === 0) throw new UserError(`${what} ${i + 1} is empty, expected at least one value`);
  });
}
