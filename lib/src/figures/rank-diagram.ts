import { compareModels } from "../study/compare.js";
import { rankModels } from "../study/ranking.js";
import type { RunRecord } from "../study/schema.js";
import { withDefaults } from "../support/options.js";
import { UserError } from "../support/user-error.js";
import { dots, layerOf, layers, nominal, numeric } from "./channels.js";
import { sentences } from "./describe.js";
import { modelColor, modelTitle } from "./names.js";
import { byModel } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

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
  const { title } = withDefaults("rankDiagram", options, { title: "Mean ranks" });
  const subtitle = [
    `over ${ranking.seeds} seeds, 1 is the best`,
    "bars join models of which no two differ, by exact sign flips and Holm's correction (p < 0.05)",
  ];
  const ranks = ranking.models.map(({ model, rank }) => `${modelTitle(model)} ${rank.toFixed(2)}`);
  const joined = ranking.groups.map((group) => `No two differ of ${group.map(modelTitle).join(", ")}`);
  const { bars, places, bottom } = rowsOf(ranking);
  const y = numeric("level", { axis: null, scale: { domain: [bottom, 0], zero: false, nice: false } });
  const x = numeric("rank", {
    title: "mean rank",
    scale: { domain: [1, ranking.models.length], zero: false, nice: false },
    axis: { orient: "top", tickMinStep: 1, tickCount: ranking.models.length, format: "d" },
  });
  const color = modelColor(models.map(({ name }) => name));
  const line = { type: "rule", strokeWidth: 1.5 };
  const tooltip = [nominal("model"), numeric("rank", { title: "mean rank", format: ".2f" })];
  const label = (left: boolean) =>
    layerOf(
      places.filter((place) => place.left === left),
      {
        type: "text",
        align: left ? "right" : "left",
        baseline: "middle",
        dx: left ? -8 : 8,
        fontSize: 12.5,
        color: INK.strong,
      },
      { y, x: { ...x, field: "edge" }, text: nominal("text") },
    );
  const bar = { type: "rule", strokeWidth: 5, strokeCap: "round", color: INK.strong };
  return themed({
    title: { text: title, subtitle },
    description: sentences(title, subtitle, ranks.join(", "), joined),
    width: WIDTH,
    height: LEVEL * bottom,
    layer: layers(
      layerOf(places, line, { x, y: { ...y, field: "top" }, y2: { field: "level" }, color }),
      layerOf(places, line, { y, x, x2: { field: "edge" }, color }),
      layerOf(places, dots(70, { opacity: 1 }), { x, y: { ...y, field: "top" }, color, tooltip }),
      layerOf(bars, bar, { y, x: { ...x, field: "from" }, x2: { field: "to" } }),
      label(true),
      label(false),
    ),
  });
}

/** The bars and the models' labels, both with the level below the axis at which they lie. */
function rowsOf({ models, groups }: NonNullable<ReturnType<typeof rankModels>>) {
  const rankOf = new Map(models.map(({ model, rank }) => [model, rank]));
  const bars = groups.map((group, i) => {
    const ranks = group.map((model) => rankOf.get(model)!);
    return { level: 0.6 + 0.5 * i, from: Math.min(...ranks) - 0.06, to: Math.max(...ranks) + 0.06 };
  });
  const first = 0.6 + 0.5 * bars.length + 0.5;
  const half = Math.ceil(models.length / 2);
  // the better half is labelled on the left, the best first; the others on the right, the worst first, so that no two
  // lines cross
  const places = models.map(({ model: name, rank }, i) => {
    const [left, model] = [i < half, modelTitle(name)];
    const level = first + (left ? i : models.length - 1 - i);
    const edge = left ? 1 : models.length;
    const text = left ? `${model}\u2002${rank.toFixed(2)}` : `${rank.toFixed(2)}\u2002${model}`;
    return { model, rank, left, level, edge, top: 0, text };
  });
  return { bars, places, bottom: first + half - 0.5 };
}
