import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { nominal, numeric } from "./channels.js";
import { modelTitle } from "./names.js";
import type { Spec } from "./spec.js";
import { themed } from "./theme.js";
import { edges, largestWeight, unpacked, type Walks, walkRows, weightColor } from "./walk/rows.js";

/** Pixels of all panels side by side, of their slots, and between them. */
const WIDTH = 620;
const HEIGHT = 120;
const GAP = { column: 22, row: 14 };

/**
 * Where the heads of several memory models look while they read one sample: a column a model, a row a head, steps to
 * the right, slots upwards. All panels share one colour scale.
 *
 * @param walks by the models' names, of the same samples
 * @param options.sample which of the walks' samples; the first if not given
 * @returns Vega-Lite spec; weights on a square-root scale
 * @throws UserError no walks, samples that differ, a sample that isn't among them
 */
export function weightsComparison(walks: Walks, options: { sample?: number; title?: string } = {}): Spec {
  const all = walkRows(walks).heads;
  const samples = [...new Set(all.map((row) => row.sample))];
  const { sample, title } = withDefaults("weightsComparison", options, {
    sample: samples[0]!,
    title: "Head weights over time",
  });
  const rows = all.filter((row) => row.sample === sample);
  if (rows.length === 0) throw new UserError(`sample is ${show(sample)}, expected one of ${samples.join(", ")}`);
  const names = Object.keys(walks);
  const shown = Object.values(walks).flatMap((list) => list.filter((walk) => walk.sample === sample));
  const { label, steps } = shown[0]!;
  const axis = { tickCount: 4, tickMinStep: 1, grid: false };
  const facet = {
    column: nominal("model", { sort: names.map(modelTitle), title: null, header: { labelFontSize: 12 } }),
    row: nominal("head", {
      sort: [...new Set(rows.map((row) => row.head))],
      title: null,
      header: { labelFontSize: 13, labelExpr: "datum.value + ' head'", labelOrient: "left" },
    }),
  };
  const encoding = {
    x: numeric("stepFrom", { title: "step", scale: { domain: [-0.5, steps.length - 0.5], nice: false }, axis }),
    x2: { field: "stepTo" },
    y: numeric("slotFrom", { title: "slot", scale: { zero: false, nice: false }, axis }),
    y2: { field: "slotTo" },
    color: weightColor(largestWeight(shown), { gradientLength: 200 }),
    tooltip: [
      nominal("model"),
      nominal("head"),
      numeric("step"),
      numeric("index", { title: "slot" }),
      numeric("weight"),
    ],
  };
  return themed({
    title: { text: title, subtitle: `one sample, digit ${label}; a column a model, a row a head` },
    data: { values: rows.map(({ model, head, step, weights }) => ({ model, head, step, weights })) },
    transform: [
      ...unpacked("weights", "weight", "model", "head", "step"),
      ...edges("step", "step"),
      ...edges("index", "slot"),
    ],
    facet,
    spacing: GAP,
    spec: {
      width: wholePixels(WIDTH / names.length - GAP.column, steps.length),
      height: HEIGHT,
      mark: { type: "rect" },
      encoding,
    },
  });
}

/**
 * The width nearest below in which every step has as many whole pixels: fractions leave light seams between the cells.
 */
function wholePixels(width: number, steps: number): number {
  return Math.max(1, Math.floor(width / steps)) * steps;
}
