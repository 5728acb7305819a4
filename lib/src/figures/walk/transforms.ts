import type { Spec } from "../spec.js";

/** The selection of a step; `sample`, `left` and `right` are the other parameters. */
export const STEP = "at";

/** Expression that holds for the rows of the chosen sample. */
export const SAMPLE = "datum.sample === sample";

/** And of the model that is chosen on one side. */
export const chosen = (side: string) => `${SAMPLE} && datum.model === ${side}`;

/** Keeps the rows of the chosen step. */
export const AT_STEP: Spec = { filter: { param: STEP, empty: false } };

/** Numbers of a list, from -1 to 1, are two digits each to the base of 36: this many levels either side of 0. */
export const LEVELS = 647;

/**
 * Vega-Lite transforms that make a row of each of a list's values, `as`, with its `index` among those of equal
 * `groupby`.
 */
export function unpacked(list: string, as: string, ...groupby: string[]): Spec[] {
  return [
    { calculate: `split(replace(datum.${list}, regexp('..(?=.)', 'g'), '$& '), ' ')`, as: list },
    { flatten: [list], as: ["text"] },
    { calculate: `(parseInt(datum.text, 36) - 1) / ${LEVELS} - 1`, as },
    { window: [{ op: "row_number", as: "count" }], ...(groupby.length > 0 ? { groupby } : {}) },
    { calculate: "datum.count - 1", as: "index" },
  ];
}

/** Vega-Lite transforms that give both edges of a cell around a whole number, `<as>From` and `<as>To`. */
export function edges(field: string, as: string): Spec[] {
  return [
    { calculate: `datum.${field} - 0.5`, as: `${as}From` },
    { calculate: `datum.${field} + 0.5`, as: `${as}To` },
  ];
}
