/**
 * How often single runs come out in an order: the share of all combinations of one value from each group in which each value is above that of
 * the next group. Ties don't count as ordered.
 *
 * @param groups values of each model, the one that should be best first
 * @returns from 0 to 1; NaN when a group is empty
 */
export function orderShare(groups: readonly (readonly number[])[]): number {
  // ways[i]: for the i-th value of a group, the combinations of the groups after it that continue downwards
  let below: { value: number; ways: number }[] = [];
  let combinations = 1;
  for (const [i, group] of [...groups].reverse().entries()) {
    const lower = below;
    below = group.map((value) => ({
      value,
      ways: i === 0 ? 1 : lower.reduce((sum, next) => (next.value < value ? sum + next.ways : sum), 0),
    }));
    combinations *= group.length;
  }
  return below.reduce((sum, { ways }) => sum + ways, 0) / combinations;
}

/**
 * The same with one seed for all models: the share of the seeds whose values are in the order.
 *
 * @param rows of each seed the models' values, the one that should be best first
 * @returns from 0 to 1; NaN without rows
 */
export function orderSharePaired(rows: readonly (readonly number[])[]): number {
  const ordered = rows.filter((row) => row.every((value, i) => i === 0 || value < row[i - 1]!));
  return ordered.length / rows.length;
}
