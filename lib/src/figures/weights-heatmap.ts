import { show, UserError } from "../support/user-error.js";
import type { Spec } from "./spec.js";
import { PALE_TO_DARK, themed } from "./theme.js";

/** The weight that a head gives to a slot at a step. */
export interface HeadWeight {
  step: number;
  slot: number;
  weight: number;
  /** e.g. "read", "write" */
  head: string;
}

/**
 * Head weights over time as a heat map, a panel a head: steps to the right, slots upwards, dark where the head looks.
 *
 * @param rows one a head, step and slot
 * @param options.max weight of the darkest colour; if not given the largest weight, but at least 4 / slots, so that
 *   uniform weights look pale
 * @returns Vega-Lite spec
 * @throws UserError no rows, a weight that is NaN, infinite or below 0, a max that is not above 0
 */
export function weightsHeatmap(
  rows: readonly HeadWeight[],
  options: { title?: string; subtitle?: string; max?: number } = {},
): Spec {
  if (rows.length === 0) throw new UserError("no head weights to draw, expected at least one row");
  const bad = rows.find(({ weight }) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad) {
    const { head, step, slot, weight } = bad;
    const what = `weight of the ${head} head is ${show(weight)} at step ${step}, slot ${slot}`;
    throw new UserError(`${what}, expected a finite number of at least 0`);
  }
  const steps = new Set(rows.map((row) => row.step)).size;
  const slots = new Set(rows.map((row) => row.slot)).size;
  const {
    title = "Head weights",
    subtitle,
    max = rows.reduce((most, row) => Math.max(most, row.weight), 4 / slots),
  } = options;
  if (!(max > 0)) throw new UserError(`max is ${max}, expected more than 0`);
  const heads = [...new Set(rows.map((row) => row.head))];
  return themed({
    title: { text: title, ...(subtitle === undefined ? {} : { subtitle }) },
    data: { values: rows.map(({ step, slot, weight, head }) => ({ step, slot, weight, head })) },
    columns: 2,
    facet: {
      field: "head",
      type: "nominal",
      sort: heads,
      title: null,
      header: { labelFontSize: 13, labelExpr: "datum.value + ' head'" },
    },
    spec: {
      width: { step: cell(steps) },
      height: { step: cell(slots) },
      mark: { type: "rect" },
      encoding: {
        x: { field: "step", type: "ordinal", title: "step", axis: thinned(steps) },
        y: { field: "slot", type: "ordinal", title: "slot", sort: "descending", axis: thinned(slots) },
        color: {
          field: "weight",
          type: "quantitative",
          title: "weight",
          scale: { domain: [0, max / 2, max], range: PALE_TO_DARK, clamp: true },
          legend: { gradientLength: 200 },
        },
        tooltip: [
          { field: "head", type: "nominal" },
          { field: "step", type: "quantitative" },
          { field: "slot", type: "quantitative" },
          { field: "weight", type: "quantitative", format: ".4f" },
        ],
      },
    },
  });
}

/** Side of a cell in pixels, for panels of about 290. */
function cell(count: number): number {
  return Math.max(2, Math.min(14, 290 / count));
}

/** At most about ten labels on an axis of single steps. */
function thinned(count: number): Spec {
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => count / n <= 10) ?? 1000;
  return {
    labelExpr: `datum.value % ${every} === 0 ? datum.label : ''`,
    labelAngle: 0,
    labelOverlap: false,
    ticks: false,
    domain: false,
  };
}
