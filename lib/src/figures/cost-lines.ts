import { median } from "../stats/index.js";
import { UserError } from "../support/user-error.js";
import type { Row, Spec } from "./spec.js";
import { clickable, dimmed, INK, inOrder, modelColors, modelTitle, themed } from "./theme.js";

/** A cost of one seed of a model, somewhere along the axis to the right. */
export interface CostPlace {
  model: string;
  seed: number;
  at: number;
  /** bits per sequence */
  cost: number;
}

interface CostLinesOptions {
  title: string;
  xTitle: string;
  /** where something ends or begins, e.g. the longest length of the training */
  mark?: { at: number; label: string } | undefined;
  /** a cost to compare with */
  level?: { cost: number; label: string } | undefined;
}

/** Where a logarithmic axis ends: less is nothing. */
const FLOOR = 1e-3;

/** The median cost of each model over its seeds, logarithmic, with a band from the lowest to the highest. */
export function costLines(places: readonly CostPlace[], options: CostLinesOptions): Spec {
  if (places.length === 0) throw new UserError("no costs to draw, expected at least one");
  const bad = places.find(({ cost }) => !(cost >= 0 && Number.isFinite(cost)));
  if (bad)
    throw new UserError(
      `cost of ${bad.model} with seed ${bad.seed} at ${bad.at} is ${bad.cost}, expected a number of at least 0`,
    );
  const models = inOrder(places.map(({ model }) => model));
  const rows: Row[] = models.flatMap((model) => {
    const own = places.filter((place) => place.model === model);
    return [...new Set(own.map(({ at }) => at))].map((at) => {
      const costs = own.filter((place) => place.at === at).map(({ cost }) => Math.max(cost, FLOOR));
      const [low, high] = [Math.min(...costs), Math.max(...costs)];
      return { model: modelTitle(model), at, median: median(costs), low, high, seeds: costs.length };
    });
  });
  const color = {
    field: "model",
    type: "nominal",
    title: null,
    scale: { domain: models.map(modelTitle), range: modelColors(models) },
    legend: { orient: "bottom", symbolType: "stroke", symbolOpacity: 1 },
  };
  const x = { field: "at", type: "quantitative", title: options.xTitle, scale: { nice: false, zero: true } };
  const top = Math.ceil(Math.log10(Math.max(...places.map(({ cost }) => cost), 10 * FLOOR)));
  const decades = Array.from({ length: top - Math.log10(FLOOR) + 1 }, (_, i) => Number(`1e${i + Math.log10(FLOOR)}`));
  const y = {
    field: "median",
    type: "quantitative",
    title: "cost (bits per sequence)",
    scale: { type: "log", domain: [FLOOR, decades.at(-1)!], nice: false },
    axis: { values: decades, format: "~g" },
  };
  const most = Math.max(
    ...models.map((model) => new Set(places.filter((p) => p.model === model).map(({ seed }) => seed)).size),
  );
  const { mark, level } = options;
  const layers: (Spec | undefined)[] = [
    mark && {
      data: { values: [mark] },
      mark: { type: "rule", color: INK.faint, strokeDash: [4, 4] },
      encoding: { x: { ...x, field: "at" } },
    },
    mark && {
      data: { values: [mark] },
      mark: { type: "text", align: "left", baseline: "top", dx: 5, dy: 4, y: 0 },
      encoding: { x: { ...x, field: "at" }, text: { field: "label", type: "nominal" } },
    },
    level && {
      data: { values: [level] },
      mark: { type: "rule", color: INK.soft, strokeDash: [2, 3] },
      encoding: { y: { ...y, field: "cost" } },
    },
    level && {
      data: { values: [level] },
      mark: { type: "text", align: "right", baseline: "bottom", dy: -3, x: "width" },
      encoding: { y: { ...y, field: "cost" }, text: { field: "label", type: "nominal" } },
    },
    most > 1
      ? {
          mark: { type: "area" },
          encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color, opacity: dimmed(0.15) },
        }
      : undefined,
    { params: [clickable("model")], mark: { type: "line" }, encoding: { x, y, color, opacity: dimmed(1) } },
    {
      // of a long curve the dots would hide the line
      mark: { type: "point", filled: true, size: 25, opacity: rows.length > 30 * models.length ? 0 : 1 },
      encoding: {
        x,
        y,
        color,
        tooltip: [
          { field: "model", type: "nominal" },
          { field: "at", type: "quantitative", title: options.xTitle },
          { field: "median", type: "quantitative", format: ".3~g" },
          { field: "low", type: "quantitative", title: "lowest seed", format: ".3~g" },
          { field: "high", type: "quantitative", title: "highest seed", format: ".3~g" },
          { field: "seeds", type: "quantitative" },
        ],
      },
    },
  ];
  const floored = places.filter(({ cost }) => cost < FLOOR).length;
  const raised = floored > 0 ? [`${floored} of ${places.length} costs are below ${FLOOR} and drawn there`] : [];
  const meaning = most > 1 ? `median over ${most} seeds, band from the lowest to the highest` : "one run a model";
  return themed({
    title: { text: options.title, subtitle: [meaning, ...raised] },
    data: { values: rows },
    width: 520,
    height: 300,
    layer: layers.filter((layer) => layer !== undefined),
  });
}
