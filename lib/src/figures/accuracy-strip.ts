import { bootstrapMean, type Interval, meanWilson } from "../stats/index.js";
import type { RunRecord } from "../study/schema.js";
import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { dots, layerOf, layers, nominal, numeric, rowAxis } from "./channels.js";
import { sentences } from "./describe.js";
import { modelColor, own } from "./names.js";
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
  const spread = models.some(({ runs }) => runs.length > 1);
  const samples = models[0]!.runs[0]!.result.of.toLocaleString("en-US");
  const rows = {
    runs: models.flatMap(runRows),
    published: models.flatMap((model, row) => publishedRow(model, row, own(published, model.name))),
    ...intervalsAndMeans(models),
  };
  const { title } = withDefaults("accuracyStrip", options, { title: "Test accuracy by seed" });
  const subtitle = [
    spread ? `dots: ${seedCount(models)} a model; numbers: mean ± standard deviation` : "dots: one run a model",
    ...(spread
      ? [`below them: mean, 95 % over seeds (thick), 95 % by the choice of ${samples} test samples (thin)`]
      : []),
    ...(rows.published.length > 0 ? [`diamonds: published run, ± 1 standard error over ${samples} test samples`] : []),
  ];
  const reference = rows.published.map(({ model, accuracy }) => `${model} ${accuracy.toFixed(1)} %`);
  return themed({
    title: { text: title, subtitle },
    description: sentences(
      title,
      subtitle,
      rows.means.map(({ model, text }) => `${model}: ${text}`).join("; "),
      reference.length > 0 ? `Published: ${reference.join(", ")}` : "",
    ),
    width: WIDTH,
    height: (rows.published.length > 0 ? ROW.published : ROW.alone) * models.length,
    layer: stripLayers(models, rows, spread, samples),
  });
}

type PublishedRow = ReturnType<typeof publishedRow>[number];
type StripRows = { runs: ReturnType<typeof runRows>; published: PublishedRow[] } & ReturnType<typeof intervalsAndMeans>;

function stripLayers(models: readonly ModelRuns[], rows: StripRows, spread: boolean, samples: string): Spec[] {
  const { runs, published, overSeeds, byTestSet, means } = rows;
  const ends = [...published, ...(spread ? [...overSeeds, ...byTestSet] : [])].flatMap(({ low, high }) => [low, high]);
  const shown = [...runs.map(({ accuracy }) => accuracy), ...ends];
  const domain = [Math.max(0, Math.floor(Math.min(...shown) - 1)), Math.min(100, Math.ceil(Math.max(...shown) + 1))];
  const y = rowAxis(
    models.map(({ title }) => title),
    { labelFontSize: 13 },
  );
  const x = numeric("accuracy", {
    title: "test accuracy (%)",
    scale: { domain, zero: false, nice: false },
    axis: { grid: true },
  });
  const span = { y, x: { ...x, field: "low" }, x2: { field: "high" } };
  const color = modelColor(models.map(({ name }) => name));
  const accuracy = (title: string) => numeric("accuracy", { title, format: ".2f" });
  const diamond = { type: "point", shape: "diamond", size: 90, strokeWidth: 1.8, filled: false, fill: "#ffffff" };
  const tooltips = {
    run: [
      nominal("model"),
      numeric("seed"),
      accuracy("test accuracy (%)"),
      numeric("correct"),
      numeric("of", { title: "test samples" }),
    ],
    mean: [
      nominal("model"),
      accuracy("mean test accuracy (%)"),
      nominal("seeds", { title: "95 % over seeds" }),
      nominal("samples", { title: `95 % by the choice of ${samples} test samples` }),
    ],
    published: [
      nominal("model"),
      accuracy("published (%)"),
      numeric("low", { title: "1 standard error below", format: ".2f" }),
      numeric("high", { title: "1 standard error above", format: ".2f" }),
    ],
  };
  const rule = (strokeWidth: number) => ({ type: "rule", strokeWidth });
  const text = { type: "text", align: "left", dx: 12, fontSize: 12.5, color: INK.strong };
  const bar = { type: "point", shape: "M0,-1V1", size: 150, strokeWidth: 2, color: INK.strong, opacity: 1 };
  const below = means.map((mean) => ({ ...mean, row: mean.row + PLACE.mean }));
  return layers(
    layerOf(published, { ...rule(1.5), color: INK.soft }, span),
    layerOf(runs, dots(55, { opacity: 0.65 }), { y, x, color, tooltip: tooltips.run }),
    spread && layerOf(byTestSet, rule(1.5), { ...span, color }),
    spread && layerOf(overSeeds, rule(7), { ...span, color }),
    spread && layerOf(below, bar, { y, x, tooltip: tooltips.mean }),
    layerOf(published, { ...diamond, color: INK.strong, opacity: 1 }, { y, x, tooltip: tooltips.published }),
    layerOf(means, text, { y, x: { value: WIDTH }, text: nominal("text") }),
  );
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
  return [{ model: title, row: row + PLACE.published, accuracy: 100 * value, low, high }];
}

/** Of each model the mean and its two intervals; one of a single seed has none over seeds. */
function intervalsAndMeans(models: readonly ModelRuns[]) {
  const all = models.map((model, row) => {
    const summary = finalAccuracy(model);
    const { of } = model.runs[0]!.result;
    const interval = (ends: Interval | null) =>
      ends ? [{ model: model.title, row: row + PLACE.mean, low: 100 * ends.low, high: 100 * ends.high }] : [];
    const overSeeds = interval(bootstrapMean(model.runs.map(({ result }) => result.testAccuracy)));
    const byTestSet = interval(meanWilson(Math.min(1, summary.mean) * of, of));
    const [seeds, samples] = [overSeeds, byTestSet].map(([ends]) =>
      ends ? `${ends.low.toFixed(2)} to ${ends.high.toFixed(2)}` : "–",
    );
    const mean = { model: model.title, row, accuracy: 100 * summary.mean, text: percent(summary), seeds, samples };
    return { overSeeds, byTestSet, mean };
  });
  return {
    overSeeds: all.flatMap(({ overSeeds }) => overSeeds),
    byTestSet: all.flatMap(({ byTestSet }) => byTestSet),
    means: all.map(({ mean }) => mean),
  };
}
