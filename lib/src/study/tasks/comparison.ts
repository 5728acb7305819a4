import { ALPHA } from "../comparison.js";
import { holm, median, rankSum } from "../statistics/index.js";
import { guessBits } from "./guess.js";
import type { TaskRecord } from "./schema.js";

/** Two models' costs on one task at one length. */
export interface TaskComparison {
  protocol: string;
  /** of the test sequences */
  length: number;
  /** which test length: 0 is the shortest */
  place: number;
  model: string;
  against: string;
  /** of both */
  seeds: [number, number];
  /** the chance that a run of the model costs less than one of the rival, ties counted half */
  below: number;
  /** exact rank-sum test */
  p: number;
  /** by Holm over all comparisons */
  corrected: number;
  /** what the corrected p allows to say of the model; "neither": they differ, but neither is better than guessing (in the median) */
  outcome: "wins" | "loses" | "tie" | "neither";
}

/** Models that are compared, by name: the first, against the second. */
export type Pair = readonly [model: string, against: string];

/**
 * Compares costs on every task and at every length, of all pairs that have runs there; one correction for all of them.
 *
 * @param pairs chosen before the results are seen: each one more makes all others weaker
 * @returns in the order of tasks, lengths and pairs; pairs of which one has no runs there are left out
 * @throws UserError for a cost that isn't a number
 */
export function compareOnTasks(records: readonly TaskRecord[], pairs: readonly Pair[]): TaskComparison[] {
  const protocols = [...new Set(records.map(({ protocol }) => protocol))];
  const all = protocols.flatMap((protocol) => {
    const own = records.filter((record) => record.protocol === protocol);
    return own[0]!.config.test.lengths.flatMap((length, place) =>
      pairs.flatMap(([model, against]) => {
        const [first, second] = [costsAt(own, model, length), costsAt(own, against, length)];
        if (first.length === 0 || second.length === 0) return [];
        const seeds: [number, number] = [first.length, second.length];
        const blind = Math.min(median(first), median(second)) >= guessBits(own[0]!, length);
        return [{ protocol, length, place, model, against, seeds, blind, ...rankSum(first, second) }];
      }),
    );
  });
  const corrected = holm(all.map(({ p }) => p));
  return all.map(({ blind, ...comparison }, i) => ({
    ...comparison,
    corrected: corrected[i]!,
    outcome: corrected[i]! >= ALPHA ? "tie" : blind ? "neither" : comparison.below > 0.5 ? "wins" : "loses",
  }));
}

function costsAt(records: readonly TaskRecord[], model: string, length: number): number[] {
  return records.filter(({ name }) => name === model).map(({ tests }) => tests.find((point) => point.length === length)!.cost);
}
