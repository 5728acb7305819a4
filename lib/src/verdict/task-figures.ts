import { costByLength, digitsByLength, focusEnds, rangeCosts, type Spec, taskOutcomes } from "../figures/index.js";
import type { TaskRecord } from "../study/index.js";
import type { NamedFigure } from "./figures.js";

/** Evaluation runs of the studies on tasks. */
export interface TaskRecords {
  ntmPaper: readonly TaskRecord[];
  range: readonly TaskRecord[];
  focus: readonly TaskRecord[];
}

/**
 * Cost of the NTM paper's copy task by length, for each optimiser.
 *
 * @throws UserError without records, or for a cost that can't be drawn
 */
export function ntmPaperFigure(records: readonly TaskRecord[]): Spec {
  const costs = records.flatMap(({ name, seed, tests }) =>
    tests.map(({ length, cost }) => ({ model: name, seed, length, cost })),
  );
  return costByLength(costs, { title: "NTM on the copy task, trained up to 20 vectors", trained: 20, unit: "vectors" });
}

/** How many runs of each variant of the focus converged, task by task. */
export const focusOutcomes = (records: readonly TaskRecord[]): Spec =>
  taskOutcomes(records, { title: "Which focus trains", modelTitles: (name) => name, across: "tasks" });

/**
 * The figures that records on tasks alone give, as the notebooks draw and name them: `copy_ntm_length`, `range_outcomes`, `range_costs`,
 * `range_digits`, `focus_outcomes`, and of each task of the focus `focus_sigma_<task>` and `focus_delta_<task>`.
 */
export function taskFigures({ ntmPaper, range, focus }: TaskRecords): NamedFigure[] {
  const protocols = [...new Set(focus.map(({ protocol }) => protocol))];
  return [
    { name: "copy_ntm_length", draw: () => ntmPaperFigure(ntmPaper) },
    { name: "range_outcomes", draw: () => taskOutcomes(range) },
    { name: "range_costs", draw: () => rangeCosts(range) },
    { name: "range_digits", draw: () => digitsByLength(range) },
    { name: "focus_outcomes", draw: () => focusOutcomes(focus) },
    ...protocols.flatMap((protocol) =>
      (["sigma", "delta"] as const).map((quantity) => ({
        name: `focus_${quantity}_${protocol.slice("focus-".length)}`,
        draw: () =>
          focusEnds(
            focus.filter((record) => record.protocol === protocol),
            quantity,
          ),
      })),
    ),
  ];
}
