import { percentText } from "../stats/index.js";
import { claims } from "../study/claims.js";
import type { AccuracyComparison } from "../study/compare.js";
import type { RunRecord } from "../study/schema.js";
import { allPairs } from "../study/study.js";
import { withDefaults } from "../support/options.js";
import { UserError } from "../support/user-error.js";
import { dots, interval, layerOf, layers, nominal, numeric, rowAxis } from "./channels.js";
import { sentences } from "./describe.js";
import { modelColor, modelTitle } from "./names.js";
import { byModel, seedCount } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

const WIDTH = 330;
const ROW = 24;

/** A line of the plot: a heading, or a comparison below it. */
type Line = { label: string; pair?: AccuracyComparison };

/**
 * The differences that the question is about, seed by seed (`claims`): the mean and its 95 % bootstrap interval, filled
 * where p, corrected for all pairs of the models, says that the difference is real. The recurrent networks' lead over the MLP is left out: beside
 * it the others would look like nothing.
 *
 * @param records runs of one protocol, one a model and seed
 * @returns Vega-Lite spec; differences in points
 * @throws UserError as lossComparison; when there is no such pair of models with two seeds in common
 */
export function differenceForest(records: readonly RunRecord[], options: { title?: string } = {}): Spec {
  const models = byModel(records);
  const lines = linesOf(records);
  if (lines.length === 0) {
    throw new UserError("no differences to draw: expected two seeds of a memory and of what it is compared with");
  }
  const rows = lines.flatMap(({ pair }, row) => (pair ? [rowOf(pair, row)] : []));
  const ends = rows.flatMap(({ low, high }) => [low, high]);
  const domain = [
    Math.min(-0.5, Math.floor(2 * Math.min(...ends)) / 2),
    Math.max(0.5, Math.ceil(2 * Math.max(...ends)) / 2),
  ];
  const isHeading = `${JSON.stringify(lines.map(({ pair }) => pair === undefined))}[datum.value]`;
  const y = rowAxis(
    lines.map(({ label }) => label),
    { labelFontSize: 12.5, labelFontWeight: { condition: { test: isHeading, value: "bold" }, value: "normal" } },
  );
  const x = numeric("mean", {
    title: "difference in test accuracy (points)",
    scale: { domain, zero: false, nice: false },
    axis: { grid: true, tickCount: 7 },
  });
  const color = modelColor(models.map(({ name }) => name));
  const tooltip = [
    nominal("pair"),
    numeric("mean", { title: "mean (points)", format: ".2f" }),
    ...interval(".2f"),
    numeric("p", { title: "corrected p", format: ".3f" }),
    numeric("seeds"),
  ];
  const dot = dots(75, { strokeWidth: 2, opacity: 1 });
  const { title } = withDefaults("differenceForest", options, { title: "Differences between models" });
  const pairs = allPairs(models.map(({ name }) => name)).length;
  const subtitle = [
    `mean over ${seedCount(models)}, seed by seed, and 95 % interval (bootstrap)`,
    `filled: p < 0.05 by exact sign flips${pairs > 1 ? `, by Holm's correction for all ${pairs} pairs of models` : ""}`,
  ];
  const said = rows.map(({ pair, text, real }) => `${pair}: ${text}${real ? ", filled" : ""}`);
  return themed({
    title: { text: title, subtitle },
    description: sentences(title, subtitle, `In points of test accuracy: ${said.join("; ")}`),
    width: WIDTH,
    height: ROW * lines.length,
    layer: layers(
      layerOf([{ at: 0 }], { type: "rule", color: INK.soft, strokeWidth: 1.5 }, { x: { ...x, field: "at" } }),
      layerOf(rows, { type: "rule", strokeWidth: 2.5 }, { y, x: { ...x, field: "low" }, x2: { field: "high" }, color }),
      layerOf(
        rows.filter(({ real }) => !real),
        { ...dot, filled: false, fill: "#ffffff" },
        { y, x, color, tooltip },
      ),
      layerOf(
        rows.filter(({ real }) => real),
        dot,
        { y, x, color, tooltip },
      ),
      layerOf(
        rows,
        { type: "text", align: "left", dx: 12, color: INK.strong },
        { y, x: { value: WIDTH }, text: nominal("text") },
      ),
    ),
  });
}

function linesOf(records: readonly RunRecord[]): Line[] {
  const { shift, blind, memory } = claims(records);
  const section = (label: string, pairs: AccuracyComparison[]): Line[] => {
    const known = pairs.filter(({ interval }) => interval);
    return known.length > 0 ? [{ label }, ...known.map((pair) => ({ label: nameOf(pair), pair }))] : [];
  };
  const rivals = [...new Set(memory.map(({ against }) => against))];
  return [
    ...section("shift, slots differ", shift),
    ...section("shift, all slots equal", blind),
    ...rivals.flatMap((rival) =>
      section(
        `memory or ${modelTitle(rival)}`,
        memory.filter(({ against }) => against === rival),
      ),
    ),
  ];
}

function nameOf({ model, against }: AccuracyComparison): string {
  return `${modelTitle(model)} − ${modelTitle(against)}`;
}

function rowOf(pair: AccuracyComparison, row: number) {
  const { model, seeds, mean, interval, corrected, real } = pair;
  const { low, high } = interval!;
  // a true minus sign is as wide as a plus
  const [middle, from, to] = [mean, low, high].map((value) =>
    percentText(value)
      .replace(/^-(?=.*[1-9])/, "−")
      .replace("-", ""),
  );
  const points = { mean: 100 * mean, low: 100 * low, high: 100 * high };
  const text = `${middle} (${from} to ${to})`;
  return { row, pair: nameOf(pair), model: modelTitle(model), ...points, p: corrected, seeds, real, text };
}
