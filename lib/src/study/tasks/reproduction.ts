import { median, rankSum } from "../statistics/index.js";
import type { TaskRecord } from "./schema.js";

/** A model's costs on a task on this machine beside the committed ones. */
export interface TaskReproductionCheck {
  protocol: string;
  model: string;
  /** runs that were compared, of the same seeds */
  seeds: number;
  /** bits per sequence at the shortest test length, median of the committed runs */
  expected: number;
  /** of this machine's runs */
  got: number;
  /** that both are alike, exact rank-sum test */
  p: number;
  inside: boolean;
}

/** Three in a thousand checks of a right program are outside. */
const RARE = 0.003;

/**
 * Compares this machine's runs on tasks with the committed ones of the same seeds. On a processor of the same kind both are equal to the last bit.
 * On another one rounding differs, training multiplies that, and what converges on one may not on the other; so all that is asked is that the costs
 * could be of the same distribution.
 *
 * @param own evaluation records, @param reference the committed ones, of which those with other seeds are left out
 * @returns costs in bits per sequence; a check a task and model that has runs of the same seeds
 * @throws UserError for a cost that isn't a number
 */
export function taskReproductionChecks(own: readonly TaskRecord[], reference: readonly TaskRecord[]): TaskReproductionCheck[] {
  const groups = [...new Map(own.map(({ protocol, name }) => [`${protocol} ${name}`, { protocol, name }])).values()];
  return groups.flatMap(({ protocol, name }) => {
    const of = (records: readonly TaskRecord[], seeds?: ReadonlySet<number>) =>
      records.filter((one) => one.protocol === protocol && one.name === name && (seeds?.has(one.seed) ?? true));
    const seedsOf = (records: readonly TaskRecord[]) => new Set(records.map(({ seed }) => seed));
    const [mine, theirs] = [of(own, seedsOf(of(reference))), of(reference, seedsOf(of(own)))];
    if (mine.length === 0) return [];
    const costs = (records: readonly TaskRecord[]) => records.map(({ tests }) => tests[0]!.cost);
    const { p } = rankSum(costs(mine), costs(theirs));
    const [expected, got] = [median(costs(theirs)), median(costs(mine))];
    return [{ protocol, model: name, seeds: mine.length, expected, got, p, inside: p >= RARE }];
  });
}
