import { summarize } from "../stats/index.js";
import type { EpochPoint, RunRecord } from "../study/schema.js";
import { byModel, finalAccuracy, type ModelRuns, percent, seedCount } from "./runs.js";
import type { Row, Spec } from "./spec.js";
import { clickable, dimmed, INK, themed } from "./theme.js";

interface CurveOptions {
  title: string;
  /** what is drawn of an epoch */
  value: (point: EpochPoint) => number;
  yTitle: string;
  yDomain?: [number, number];
  /** d3 format of a value in the tooltip */
  format: string;
  /** a level to compare with, e.g. guessing */
  level?: { at: number; label: string };
}

function curveRows(
  models: readonly ModelRuns[],
  labels: readonly string[],
  value: (point: EpochPoint) => number,
): Row[] {
  return models.flatMap(({ title, runs }, i) =>
    Array.from({ length: epochsOf(runs) }, (_, at) => {
      // of a run that diverged there are the epochs before
      const points = runs.flatMap((run) => run.curve[at] ?? []);
      const { mean, min, max } = summarize(points.map(value));
      return { model: title, label: labels[i]!, epoch: points[0]!.epoch, mean, min, max };
    }),
  );
}

function epochsOf(runs: readonly RunRecord[]): number {
  return Math.max(...runs.map((run) => run.curve.length));
}

/**
 * One mean line a model over the epochs, with a band from the lowest to the highest seed and the final accuracy in the
 * legend.
 */
export function modelCurves(records: readonly RunRecord[], options: CurveOptions): Spec {
  const models = byModel(records);
  const labels = models.map((model) => `${model.title}\u2002${percent(finalAccuracy(model))}`);
  const epochs = Math.max(...models.map((model) => epochsOf(model.runs)));
  const banded = models.some((model) => model.runs.length > 1);
  const x = {
    field: "epoch",
    type: "quantitative",
    title: "epoch",
    scale: { domain: [1, epochs], nice: false },
    axis: { tickMinStep: 1 },
  };
  const color = {
    field: "label",
    type: "nominal",
    scale: { domain: labels, range: models.map((model) => model.color) },
    legend: { title: ["test accuracy", "after the last epoch"], symbolType: "stroke", symbolOpacity: 1 },
  };
  const y = {
    field: "mean",
    type: "quantitative",
    title: options.yTitle,
    axis: { tickCount: 6 },
    scale: options.yDomain ? { domain: options.yDomain, nice: false } : { zero: true },
  };
  const format = options.format;
  const band = {
    mark: { type: "area" },
    encoding: {
      x,
      y: { ...y, field: "min" },
      y2: { field: "max" },
      color,
      opacity: dimmed(models.length > 4 ? 0.08 : 0.18),
    },
  };
  const line = {
    params: [clickable("label")],
    mark: { type: "line" },
    encoding: { x, y, color, opacity: dimmed(1) },
  };
  const targets = {
    mark: { type: "point", filled: true, size: 90, opacity: 0 },
    encoding: {
      x,
      y,
      tooltip: [
        { field: "model", type: "nominal" },
        { field: "epoch", type: "quantitative" },
        { field: "mean", type: "quantitative", format },
        { field: "min", type: "quantitative", title: "lowest seed", format },
        { field: "max", type: "quantitative", title: "highest seed", format },
      ],
    },
  };
  const level = options.level && [
    {
      data: { values: [options.level] },
      mark: { type: "rule", color: INK.faint, strokeDash: [4, 4] },
      encoding: { y: { field: "at", type: "quantitative" } },
    },
    {
      data: { values: [{ ...options.level, epoch: epochs }] },
      mark: { type: "text", align: "right", baseline: "bottom", dy: -3 },
      encoding: { x, y: { field: "at", type: "quantitative" }, text: { field: "label", type: "nominal" } },
    },
  ];
  const broken = models.flatMap(({ runs }) => runs.filter((run) => run.diverged)).length;
  const meaning = banded ? `mean over ${seedCount(models)}, band from the lowest to the highest` : "one run a model";
  return themed({
    title: {
      text: options.title,
      subtitle: [
        banded ? `${meaning}; accuracies: mean ± standard deviation` : meaning,
        ...(broken > 0 ? [`${broken} ${broken === 1 ? "run" : "runs"} diverged: drawn up to there`] : []),
      ],
    },
    data: { values: curveRows(models, labels, options.value) },
    // long names make the legend wide
    width: models.some(({ title }) => title.length > 8) ? 440 : 480,
    height: 310,
    layer: [...(banded ? [band] : []), line, targets, ...(level ?? [])],
  });
}
