import { friedman, groupsOf, orderShare, orderSharePaired } from "../stats/index.js";
import type { AccuracyComparison } from "./compare.js";
import { modelNames } from "./metric.js";
import { accuraciesBySeed } from "./model-summary.js";
import type { RunRecord } from "./schema.js";

/** Models by average rank over the seeds that all have. */
export interface Ranking {
  /** best first; rank 1 is the best of a seed */
  models: { model: string; rank: number }[];
  /** seeds that all models have */
  seeds: number;
  /** p of Friedman's test that all models are alike */
  p: number;
  /** longest stretches of neighbours of which no two differ */
  groups: string[][];
}

/**
 * What a critical-difference diagram shows (Demšar 2006). Its groups are of pairs compared one by one with Holm's
 * correction, not by Nemenyi's critical difference, which would depend on what other models happen to be in the table
 * (Benavoli et al. 2016).
 *
 * @param comparisons all pairs of the records' models, by `compareModels`
 * @returns null with fewer than two models, or two seeds that all have
 */
export function rankModels(records: readonly RunRecord[], comparisons: readonly AccuracyComparison[]): Ranking | null {
  const names = modelNames(records);
  const rows = rowsOf(accuraciesBySeed(records), names);
  if (names.length < 2 || rows.length < 2) return null;
  const { averageRanks, p } = friedman(rows);
  const models = names.map((model, i) => ({ model, rank: averageRanks[i]! })).sort((a, b) => a.rank - b.rank);
  const real = new Set(
    comparisons
      .filter((pair) => pair.real)
      .flatMap(({ model, against }) => [`${model} ${against}`, `${against} ${model}`]),
  );
  const order = models.map(({ model }) => model);
  return { models, seeds: rows.length, p, groups: groupsOf(order, (a, b) => real.has(`${a} ${b}`)) };
}

/** How often one run of each model would come out in a given order, without ties. */
export interface OrderShare {
  /** over all combinations of the models' seeds: what single runs without a seed give */
  independent: number;
  /** how many combinations these are */
  combinations: number;
  /** over the seeds that all models have, the same seed for all; null without any */
  paired: number | null;
  seeds: number;
}

/**
 * How often single runs, and seeds, put models in an order; ties don't count as ordered.
 *
 * @param order names, the one that should be best first
 * @returns null when one of them has no records
 * @throws UserError when no name is given
 */
export function orderShares(records: readonly RunRecord[], order: readonly string[]): OrderShare | null {
  const bySeed = accuraciesBySeed(records);
  if (!order.every((name) => bySeed.has(name))) return null;
  const groups = order.map((name) => [...bySeed.get(name)!.values()]);
  const rows = rowsOf(bySeed, order);
  return {
    independent: orderShare(groups),
    combinations: groups.reduce((product, group) => product * group.length, 1),
    paired: rows.length > 0 ? orderSharePaired(rows) : null,
    seeds: rows.length,
  };
}

/** Of each seed that all named models have: their test samples named right. */
function rowsOf(bySeed: ReturnType<typeof accuraciesBySeed>, names: readonly string[]): number[][] {
  const columns = names.map((name) => bySeed.get(name)!);
  const seeds = [...(columns[0]?.keys() ?? [])].filter((seed) => columns.every((column) => column.has(seed)));
  return seeds.map((seed) => columns.map((column) => column.get(seed)!));
}
