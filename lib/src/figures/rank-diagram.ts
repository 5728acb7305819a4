import { compareModels } from "../study/compare.js";
import { rankModels } from "../study/ranking.js";
import type { RunRecord } from "../study/schema.js";
import { UserError } from "../support/user-error.js";
import { sentences } from "./describe.js";
import { byModel } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, modelTitle, themed } from "./theme.js";

const WIDTH = 400;
/** pixels of a level: the axis is level 0, bars lie half a level apart, a model's label takes one */
const LEVEL = 26;

/**
 * Models on an axis of their mean rank over the seeds, the best on the left, and bars that join models of which no two
 * differ: a critical-difference diagram (Demšar 2006), but with pairs tested one by one and corrected by Holm instead
 * of one critical difference.
 *
 * @param records runs of one protocol, one a model and seed
 * @returns Vega-Lite spec; rank 1 is the best of a seed
 * @throws UserError as lossComparison; with fewer than two models, or two seeds that all have
 */
export function rankDiagram(records: readonly RunRecord[], options: { title?: string } = {}): Spec {
  const models = byModel(records);
  const ranking = rankModels(records, compareModels(records));
  if (!ranking)
    throw new UserError("no ranks to draw: expected at least two models, and two seeds that all of them have");
  const colors = new Map(models.map(({ name, color }) => [name, color]));
  const rankOf = new Map(ranking.models.map(({ model, rank }) => [model, rank]));
  const bars = ranking.groups.map((group, i) => {
    const ranks = group.map((model) => rankOf.get(model)!);
    return { level: 0.6 + 0.5 * i, from: Math.min(...ranks) - 0.06, to: Math.max(...ranks) + 0.06 };
  });
  const first = 0.6 + 0.5 * bars.length + 0.5;
  const half = Math.ceil(ranking.models.length / 2);
  // the better half is labelled on the left, the best first; the others on the right, the worst first, so that no two
  // lines cross
  const places = ranking.models.map(({ model, rank }, i) => {
    const left = i < half;
    const level = first + (left ? i : ranking.models.length - 1 - i);
    const edge = left ? 1 : ranking.models.length;
    const text = left ? `${modelTitle(model)}\u2002${rank.toFixed(2)}` : `${rank.toFixed(2)}\u2002${modelTitle(model)}`;
    return { model: modelTitle(model), name: model, rank, left, level, edge, top: 0, text };
  });
  const bottom = first + half - 0.5;
  const y = {
    field: "level",
    type: "quantitative",
    axis: null,
    scale: { domain: [bottom, 0], zero: false, nice: false },
  };
  const x = {
    field: "rank",
    type: "quantitative",
    title: "mean rank",
    scale: { domain: [1, ranking.models.length], zero: false, nice: false },
    axis: { orient: "top", tickMinStep: 1, tickCount: ranking.models.length, format: "d" },
  };
  const color = {
    field: "model",
    type: "nominal",
    scale: { domain: places.map(({ model }) => model), range: places.map(({ name }) => colors.get(name)!) },
    legend: null,
  };
  const line = { type: "rule", strokeWidth: 1.5 };
  const label = (left: boolean) => ({
    data: { values: places.filter((place) => place.left === left) },
    mark: {
      type: "text",
      align: left ? "right" : "left",
      baseline: "middle",
      dx: left ? -8 : 8,
      fontSize: 12.5,
      color: INK.strong,
    },
    encoding: { y, x: { ...x, field: "edge" }, text: { field: "text", type: "nominal" } },
  });
  const title = options.title ?? "Mean ranks";
  const subtitle = [
    `over ${ranking.seeds} seeds, 1 is the best`,
    "bars join models of which no two differ, by exact sign flips and Holm's correction (p < 0.05)",
  ];
  const ranks = ranking.models.map(({ model, rank }) => `${modelTitle(model)} ${rank.toFixed(2)}`);
  const joined = ranking.groups.map((group) => `No two differ of ${group.map(modelTitle).join(", ")}`);
  return themed({
    title: { text: title, subtitle },
    description: sentences(title, subtitle, ranks.join(", "), joined),
    width: WIDTH,
    height: LEVEL * bottom,
    layer: [
      {
        data: { values: places },
        mark: line,
        encoding: { x, y: { ...y, field: "top" }, y2: { field: "level" }, color },
      },
      { data: { values: places }, mark: line, encoding: { y, x, x2: { field: "edge" }, color } },
      {
        data: { values: places },
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: {
          x,
          y: { ...y, field: "top" },
          color,
          tooltip: [
            { field: "model", type: "nominal" },
            { field: "rank", type: "quantitative", title: "mean rank", format: ".2f" },
          ],
        },
      },
      {
        data: { values: bars },
        mark: { type: "rule", strokeWidth: 5, strokeCap: "round", color: INK.strong },
        encoding: { y, x: { ...x, field: "from" }, x2: { field: "to" } },
      },
      label(true),
      label(false),
    ].filter((layer) => layer.data.values.length > 0),
  });
}
