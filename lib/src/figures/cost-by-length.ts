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
