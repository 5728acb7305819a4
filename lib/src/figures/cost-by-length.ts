import type { TaskRecord } from "../study/task-schema.js";
import { costLines } from "./cost-lines.js";
import type { Spec } from "./spec.js";

/** What a trained model costs at one length. */
export interface LengthCost {
  model: string;
  seed: number;
  length: number;
  /** bits per sequence */
  cost: number;
}

/**
 * Cost against length, logarithmic, a line a model: how far what was learned on short sequences carries.
 *
 * @param costs one a model, seed and length
 * @param options.trained longest length of the training, marked
 * @param options.unit what a length counts; default "length"
 * @returns Vega-Lite spec
 * @throws UserError no costs, or one that isn't finite
 */
export function costByLength(
  costs: readonly LengthCost[],
  options: { title?: string; trained?: number; unit?: string } = {},
): Spec {
  const { title = "Cost against length", trained, unit } = options;
  return costLines(
    costs.map(({ length, ...rest }) => ({ ...rest, at: length })),
    {
      title,
      xTitle: unit === undefined ? "length" : `length (${unit})`,
      mark: trained === undefined ? undefined : { at: trained, label: "longest in training" },
    },
  );
}

/**
 * The same of runs on the NTM paper's copy task, which train on up to 20 vectors.
 *
 * @param records evaluation runs
 * @throws UserError without records, or for a cost that can't be drawn
 */
export function copyLengths(records: readonly TaskRecord[]): Spec {
  const costs = records.flatMap(({ name, seed, tests }) =>
    tests.map(({ length, cost }) => ({ model: name, seed, length, cost })),
  );
  return costByLength(costs, { title: "NTM on the copy task, trained up to 20 vectors", trained: 20, unit: "vectors" });
}
