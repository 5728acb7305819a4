import { show, UserError } from "../check.js";
import type { RunRecord } from "../study/schema.js";
import { byModel, finalAccuracy, type ModelRuns, percent, seedCount } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

const WIDTH = 520;
const ROW = 64;

/**
 * Test accuracy after the last epoch: a dot a seed, a bar at the mean and, where given, the published value as a diamond with a line of
 * one binomial standard error to either side: what chance in the choice of the test samples alone would do to it.
 *
 * @param records runs of one protocol, one a model and seed
 * @param published accuracies to compare with, as fractions, by model name: { mlp: 0.6075 }
 * @returns Vega-Lite spec; accuracy in per cent
 * @throws UserError as lossComparison; a published value outside 0 to 1
 */
export function accuracyStrip(
  records: readonly RunRecord[],
  published: Record<string, number> = {},
  options: { title?: string } = {},
): Spec {
  const models = byModel(records);
  const runs = models.flatMap(runRows);
  const references = models.flatMap((model, row) => publishedRow(model, row, published[model.name]));
  const samples = models[0]!.runs[0]!.result.of.toLocaleString("en-US");
  const spread = models.some((model) => model.runs.length > 1);
  const summaries = models.map((model, row) => {
    const summary = finalAccuracy(model);
    return { model: model.title, row, accuracy: 100 * summary.mean, text: percent(summary) };
  });
  const shown = [...runs.map((row) => row.accuracy), ...references.flatMap(({ low, high }) => [low, high])];
  const domain = [Math.max(0, Math.floor(Math.min(...shown) - 1)), Math.min(100, Math.ceil(Math.max(...shown) + 1))];
  const titles = models.map((model) => model.title);
  // rows are numbers, labelled by name: offsets from a nominal row differ between Vega-Lite 5 and 6
  const y = {
    field: "row",
    type: "quantitative",
    title: null,
    scale: { domain: [models.length - 0.5, -0.5], zero: false, nice: false },
    axis: {
      values: models.map((_, row) => row),
      labelExpr: `${JSON.stringify(titles)}[datum.value]`,
      labelFontSize: 13,
      grid: false,
    },
  };
  const place = {
    y,
    x: {
      field: "accuracy",
      type: "quantitative",
      title: "test accuracy (%)",
      scale: { domain, zero: false, nice: false },
      axis: { grid: true },
    },
  };
  const color = {
    field: "model",
    type: "nominal",
    scale: { domain: titles, range: models.map((model) => model.color) },
    legend: null,
  };
  const model = { field: "model", type: "nominal" };
  const accuracy = { field: "accuracy", type: "quantitative", title: "test accuracy (%)", format: ".2f" };
  const layers = [
    {
      data: { values: references },
      mark: { type: "rule", strokeWidth: 1.5, color: INK.soft },
      encoding: { ...place, x: { ...place.x, field: "low" }, x2: { field: "high" } },
    },
    {
      data: { values: runs },
      mark: { type: "point", filled: true, size: 55, opacity: 0.65 },
      encoding: {
        ...place,
        color,
        tooltip: [
          model,
          { field: "seed", type: "quantitative" },
          accuracy,
          { field: "correct", type: "quantitative" },
          { field: "of", type: "quantitative", title: "test samples" },
        ],
      },
    },
    {
      data: { values: spread ? summaries : [] },
      mark: { type: "point", shape: "M0,-1.4V1.4", size: 420, strokeWidth: 3, opacity: 1 },
      encoding: { ...place, color, tooltip: [model, accuracy] },
    },
    {
      data: { values: references },
      mark: {
        type: "point",
        shape: "diamond",
        size: 90,
        strokeWidth: 1.8,
        filled: false,
        fill: "#ffffff",
        color: INK.strong,
        opacity: 1,
      },
      encoding: { ...place, tooltip: [model, accuracy] },
    },
    {
      data: { values: summaries },
      mark: { type: "text", align: "left", dx: 12, fontSize: 12.5, color: INK.strong },
      encoding: { y, x: { value: WIDTH }, text: { field: "text", type: "nominal" } },
    },
  ];
  return themed({
    title: {
      text: options.title ?? "Test accuracy by seed",
      subtitle: [
        spread ? `dots: ${seedCount(models)} a model; bars and numbers: mean ± standard deviation` : "dots: one run a model",
        ...(references.length > 0 ? [`diamonds: published run, ± 1 standard error over ${samples} test samples`] : []),
      ],
    },
    width: WIDTH,
    height: ROW * models.length,
    layer: layers.filter((layer) => layer.data.values.length > 0),
  });
}

function runRows({ title, runs }: ModelRuns, row: number) {
  return runs.map(({ seed, result }, i) => {
    // golden-ratio steps spread any number of seeds over the row, so that equal accuracies stay apart
    const offset = runs.length > 1 ? 0.28 * (((i * 0.618) % 1) - 0.5) : 0;
    const { testAccuracy, correct, of } = result;
    return { model: title, row: row + offset, accuracy: 100 * testAccuracy, seed, correct, of };
  });
}

function publishedRow({ name, title, runs }: ModelRuns, row: number, value: number | undefined) {
  if (value === undefined) return [];
  if (!(value >= 0 && value <= 1)) {
    throw new UserError(`published.${name} is ${show(value)}, expected a fraction from 0 to 1`);
  }
  const error = Math.sqrt((value * (1 - value)) / runs[0]!.result.of);
  const [low, high] = [100 * (value - error), 100 * (value + error)];
  return [{ model: title, row: row - 0.32, accuracy: 100 * value, low, high }];
}
