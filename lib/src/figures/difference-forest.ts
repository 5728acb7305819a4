import { percentText } from "../stats/index.js";
import { claims } from "../study/claims.js";
import type { AccuracyComparison } from "../study/compare.js";
import type { RunRecord } from "../study/schema.js";
import { UserError } from "../support/user-error.js";
import { sentences } from "./describe.js";
import { byModel, seedCount } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, modelTitle, themed } from "./theme.js";

const WIDTH = 330;
const ROW = 24;

/** A line of the plot: a heading, or a comparison below it. */
type Line = { heading: string } | { pair: AccuracyComparison };

/**
 * The differences that the question is about, seed by seed (`claims`): the mean and its 95 % bootstrap interval, filled
 * where the corrected p says that the difference is real. The recurrent networks' lead over the MLP is left out: beside
 * it the others would look like nothing.
 *
 * @param records runs of one protocol, one a model and seed
 * @returns Vega-Lite spec; differences in points
 * @throws UserError as lossComparison; when there is no such pair of models with two seeds in common
 */
export function differenceForest(records: readonly RunRecord[], options: { title?: string } = {}): Spec {
  const models = byModel(records);
  const { shift, blind, memory } = claims(records);
  const section = (heading: string, pairs: AccuracyComparison[]): Line[] => {
    const known = pairs.filter(({ interval }) => interval);
    return known.length > 0 ? [{ heading }, ...known.map((pair) => ({ pair }))] : [];
  };
  const lines = [
    ...section("shift, slots differ", shift),
    ...section("shift, all slots equal", blind),
    ...[...new Set(memory.map(({ against }) => against))].flatMap((rival) =>
      section(
        `memory or ${modelTitle(rival)}`,
        memory.filter(({ against }) => against === rival),
      ),
    ),
  ];
  if (lines.length === 0) {
    throw new UserError("no differences to draw: expected two seeds of a memory and of what it is compared with");
  }
  const rows = lines.flatMap((line, row) => ("pair" in line ? [rowOf(line.pair, row)] : []));
  const shown = rows.flatMap(({ low, high }) => [low, high]);
  const domain = [
    Math.min(-0.5, Math.floor(2 * Math.min(...shown)) / 2),
    Math.max(0.5, Math.ceil(2 * Math.max(...shown)) / 2),
  ];
  const labels = lines.map((line) => ("heading" in line ? line.heading : nameOf(line.pair)));
  const headings = lines.map((line) => "heading" in line);
  const y = {
    field: "row",
    type: "quantitative",
    title: null,
    scale: { domain: [lines.length - 0.5, -0.5], zero: false, nice: false },
    axis: {
      values: lines.map((_, row) => row),
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
      labelFontSize: 12.5,
      labelFontWeight: {
        condition: { test: `${JSON.stringify(headings)}[datum.value]`, value: "bold" },
        value: "normal",
      },
      grid: false,
    },
  };
  const x = {
    field: "mean",
    type: "quantitative",
    title: "difference in test accuracy (points)",
    scale: { domain, zero: false, nice: false },
    axis: { grid: true, tickCount: 7 },
  };
  const color = {
    field: "model",
    type: "nominal",
    scale: { domain: models.map((model) => model.title), range: models.map((model) => model.color) },
    legend: null,
  };
  const points = { type: "quantitative", format: ".2f" };
  const tooltip = [
    { field: "pair", type: "nominal" },
    { field: "mean", title: "mean (points)", ...points },
    { field: "low", title: "95 %: from", ...points },
    { field: "high", title: "to", ...points },
    { field: "p", title: "corrected p", type: "quantitative", format: ".3f" },
    { field: "seeds", type: "quantitative" },
  ];
  const dot = { type: "point", size: 75, strokeWidth: 2, opacity: 1 };
  const title = options.title ?? "Differences between models";
  const subtitle = [
    `mean over ${seedCount(models)}, seed by seed, and 95 % interval (bootstrap)`,
    "filled: real, by exact sign flips and Holm's correction (p < 0.05)",
  ];
  const said = rows.map(({ pair, text, real }) => `${pair}: ${text}${real ? ", real" : ""}`);
  return themed({
    title: { text: title, subtitle },
    description: sentences(title, subtitle, `In points of test accuracy: ${said.join("; ")}`),
    width: WIDTH,
    height: ROW * lines.length,
    layer: [
      {
        data: { values: [{ at: 0 }] },
        mark: { type: "rule", color: INK.soft, strokeWidth: 1.5 },
        encoding: { x: { ...x, field: "at" } },
      },
      {
        data: { values: rows },
        mark: { type: "rule", strokeWidth: 2.5 },
        encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" }, color },
      },
      {
        data: { values: rows.filter(({ real }) => !real) },
        mark: { ...dot, filled: false, fill: "#ffffff" },
        encoding: { y, x, color, tooltip },
      },
      {
        data: { values: rows.filter(({ real }) => real) },
        mark: { ...dot, filled: true },
        encoding: { y, x, color, tooltip },
      },
      {
        data: { values: rows },
        mark: { type: "text", align: "left", dx: 12, color: INK.strong },
        encoding: { y, x: { value: WIDTH }, text: { field: "text", type: "nominal" } },
      },
    ].filter((layer) => layer.data.values.length > 0),
  });
}

function nameOf({ model, against }: AccuracyComparison): string {
  return `${modelTitle(model)} − ${modelTitle(against)}`;
}

function rowOf(pair: AccuracyComparison, row: number) {
  const { model, seeds, mean, interval, corrected, real } = pair;
  const [low, high] = [interval!.low, interval!.high];
  // a true minus sign is as wide as a plus
  const text = [mean, low, high].map((value) =>
    percentText(value)
      .replace(/^-(?=.*[1-9])/, "−")
      .replace("-", ""),
  );
  return {
    row,
    pair: nameOf(pair),
    model: modelTitle(model),
    mean: 100 * mean,
    low: 100 * low,
    high: 100 * high,
    p: corrected,
    seeds,
    real,
    text: `${text[0]} (${text[1]} to ${text[2]})`,
  };
}
