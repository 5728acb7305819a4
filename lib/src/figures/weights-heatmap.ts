import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { nominal, numeric, ordinal, sparseLabels } from "./channels.js";
import { checkEntries } from "./runs.js";
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
 * @throws UserError no rows, a weight that is NaN, infinite or below 0
 */
export function weightsHeatmap(rows: readonly HeadWeight[], options: { title?: string } = {}): Spec {
  checkEntries("head weights", rows);
  if (rows.length === 0) throw new UserError("no head weights to draw, expected at least one row");
  const bad = rows.find(({ weight }) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad) {
    const { head, step, slot, weight } = bad;
    const what = `weight of the ${head} head is ${show(weight)} at step ${step}, slot ${slot}`;
    throw new UserError(`${what}, expected a finite number of at least 0`);
  }
  const steps = new Set(rows.map((row) => row.step)).size;
  const slots = new Set(rows.map((row) => row.slot)).size;
  const { title } = withDefaults("weightsHeatmap", options, { title: "Head weights" });
  // at least so much that uniform weights look pale
  const max = rows.reduce((most, row) => Math.max(most, row.weight), 4 / slots);
  // sides of a cell in pixels, for panels of about 290
  const [across, up] = [steps, slots].map((count) => Math.max(2, Math.min(14, 290 / count)));
  const axis = (count: number) => ({ ...sparseLabels(count, 10), labelOverlap: false, ticks: false, domain: false });
  return themed({
    title: { text: title },
    data: { values: rows.map(({ step, slot, weight, head }) => ({ step, slot, weight, head })) },
    columns: 2,
    facet: nominal("head", {
      sort: [...new Set(rows.map((row) => row.head))],
      title: null,
      header: { labelFontSize: 13, labelExpr: "datum.value + ' head'" },
    }),
    spec: {
      width: { step: across },
      height: { step: up },
      mark: { type: "rect" },
      encoding: {
        x: ordinal("step", { title: "step", axis: axis(steps) }),
        y: ordinal("slot", { title: "slot", sort: "descending", axis: axis(slots) }),
        color: numeric("weight", {
          title: "weight",
          scale: { domain: [0, max / 2, max], range: PALE_TO_DARK, clamp: true },
          legend: { gradientLength: 200 },
        }),
        tooltip: [nominal("head"), numeric("step"), numeric("slot"), numeric("weight", { format: ".4f" })],
      },
    },
  });
}
