import { bootstrapMean, meanWilson } from "../stats/index.js";
import type { RunRecord } from "../study/schema.js";
import { show, UserError } from "../support/user-error.js";
import { sentences } from "./describe.js";
import { byModel, finalAccuracy, type ModelRuns, percent, seedCount } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

const WIDTH = 500;
/** pixels of a row: with a published value above the dots, and without */
const ROW = { published: 76, alone: 60 };
/** where things lie in a row, in rows from its middle */
const PLACE = { published: -0.34, mean: 0.33 };

/**
 * Test accuracy after the last epoch. A dot a seed; below them the mean with its 95 % interval over the seeds
 * (bootstrap, thick), which more seeds would narrow, and that of the test samples (Wilson, thin), which they wouldn't;
 * above them, where given, the published value as a diamond with a line of one binomial standard error to either side:
 * what chance in the choice of the test samples alone would do to it.
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
  const [overSeeds, byTestSet] = [models.flatMap(seedInterval), models.map(testSetInterval)];
  const summaries = models.map((model, row) => {
    const summary = finalAccuracy(model);
    const own = { seeds: range(overSeeds, model), samples: range(byTestSet, model) };
    return { model: model.title, row, accuracy: 100 * summary.mean, text: percent(summary), ...own };
  });
  const intervals = spread ? [...overSeeds, ...byTestSet] : [];
  const shown = [
    ...runs.map((row) => row.accuracy),
    ...[...references, ...intervals].flatMap(({ low, high }) => [low, high]),
  ];
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
      data: { values: spread ? byTestSet : [] },
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { ...place, x: { ...place.x, field: "low" }, x2: { field: "high" }, color },
    },
    {
      data: { values: spread ? overSeeds : [] },
      mark: { type: "rule", strokeWidth: 7 },
      encoding: { ...place, x: { ...place.x, field: "low" }, x2: { field: "high" }, color },
    },
    {
      data: { values: spread ? summaries.map((summary) => ({ ...summary, row: summary.row + PLACE.mean })) : [] },
      mark: { type: "point", shape: "M0,-1V1", size: 150, strokeWidth: 2, color: INK.strong, opacity: 1 },
      encoding: {
        ...place,
        tooltip: [
          model,
          { ...accuracy, title: "mean test accuracy (%)" },
          { field: "seeds", type: "nominal", title: "95 % over seeds" },
          { field: "samples", type: "nominal", title: `95 % by the choice of ${samples} test samples` },
        ],
      },
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
      encoding: {
        ...place,
        tooltip: [
          model,
          { ...accuracy, title: "published (%)" },
          { field: "low", type: "quantitative", title: "1 standard error below", format: ".2f" },
          { field: "high", type: "quantitative", title: "1 standard error above", format: ".2f" },
        ],
      },
    },
    {
      data: { values: summaries },
      mark: { type: "text", align: "left", dx: 12, fontSize: 12.5, color: INK.strong },
      encoding: { y, x: { value: WIDTH }, text: { field: "text", type: "nominal" } },
    },
  ];
  const title = options.title ?? "Test accuracy by seed";
  const subtitle = [
    spread ? `dots: ${seedCount(models)} a model; numbers: mean ± standard deviation` : "dots: one run a model",
    ...(spread
      ? [`below them: mean, 95 % over seeds (thick), 95 % by the choice of ${samples} test samples (thin)`]
      : []),
    ...(references.length > 0 ? [`diamonds: published run, ± 1 standard error over ${samples} test samples`] : []),
  ];
  return themed({
    title: { text: title, subtitle },
    description: sentences(
      title,
      subtitle,
      summaries.map(({ model, text }) => `${model}: ${text}`).join("; "),
      publishedText(references),
    ),
    width: WIDTH,
    height: (references.length > 0 ? ROW.published : ROW.alone) * models.length,
    layer: layers.filter((layer) => layer.data.values.length > 0),
  });
}

/** A model's interval as text: one of a single seed has none over seeds. */
function range(intervals: readonly { model: string; low: number; high: number }[], { title }: ModelRuns): string {
  const own = intervals.find(({ model }) => model === title);
  return own ? `${own.low.toFixed(2)} to ${own.high.toFixed(2)}` : "–";
}

/** The published values, for the description. */
function publishedText(references: readonly { model: string; accuracy: number }[]): string {
  const values = references.map(({ model, accuracy }) => `${model} ${accuracy.toFixed(1)} %`);
  return values.length > 0 ? `Published: ${values.join(", ")}` : "";
}

function runRows({ title, runs }: ModelRuns, row: number) {
  return runs.map(({ seed, result }, i) => {
    // golden-ratio steps spread any number of seeds over the row, so that equal accuracies stay apart
    const offset = runs.length > 1 ? 0.28 * (((i * 0.618) % 1) - 0.5) : 0;
    const { testAccuracy, correct, of } = result;
    return { model: title, row: row + offset, accuracy: 100 * testAccuracy, seed, correct, of };
  });
}

function seedInterval({ title, runs }: ModelRuns, row: number) {
  const interval = bootstrapMean(runs.map((run) => run.result.testAccuracy));
  return interval ? [{ model: title, row: row + PLACE.mean, low: 100 * interval.low, high: 100 * interval.high }] : [];
}

function testSetInterval(model: ModelRuns, row: number) {
  const { of } = model.runs[0]!.result;
  const { low, high } = meanWilson(Math.min(1, finalAccuracy(model).mean) * of, of);
  return { model: model.title, row: row + PLACE.mean, low: 100 * low, high: 100 * high };
}

function publishedRow({ name, title, runs }: ModelRuns, row: number, value: number | undefined) {
  if (value === undefined) return [];
  if (!(value >= 0 && value <= 1)) {
    throw new UserError(`published.${name} is ${show(value)}, expected a fraction from 0 to 1`);
  }
  const error = Math.sqrt((value * (1 - value)) / runs[0]!.result.of);
  const [low, high] = [100 * (value - error), 100 * (value + error)];
  return [{ model: title, row: row + PLACE.published, accuracy: 100 * value, low, high }];
}
