import type { CostPoint } from "../training/index.js";
import { costLines } from "./cost-lines.js";
import type { Spec } from "./spec.js";

/** The learning curve of one run, as `trainTask` returns it. */
export interface CostCurve {
  model: string;
  seed: number;
  curve: readonly CostPoint[];
}

/**
 * Cost while training against the sequences seen, logarithmic, a line a model. A run that was stopped early, because it
 * had converged, counts further on with its last cost.
 *
 * @param options.level a cost to compare with, e.g. that of the optimal predictor
 * @returns Vega-Lite spec
 * @throws UserError no costs, or one that isn't finite
 */
export function costCurves(
  runs: readonly CostCurve[],
  options: { title?: string; level?: { cost: number; label: string } } = {},
): Spec {
  const places = runs.flatMap(({ model, seed, curve }) => {
    const all = runs.filter((run) => run.model === model).map((run) => run.curve);
    const longest = all.reduce((a, b) => (b.length > a.length ? b : a));
    return longest.flatMap(({ sequences }, i) => {
      const point = curve[i] ?? curve.at(-1);
      return point ? [{ model, seed, at: curve[i]?.sequences ?? sequences, cost: point.cost }] : [];
    });
  });
  return costLines(places, {
    title: options.title ?? "Cost while training",
    xTitle: "sequences seen",
    level: options.level,
  });
}
