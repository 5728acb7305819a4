import { summarize } from "../stats/index.js";
import { signedPercent } from "../stats/summary.js";
import type { AccuracyComparison, Comparison } from "../study/compare.js";
import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { dots, interval, layerOf, layers, nominal, numeric, rowAxis } from "./channels.js";
import { sentences } from "./describe.js";
import { modelColor, modelTitle } from "./names.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

const WIDTH = 330;
const ROW = 24;

/** A line of the plot: a heading, or a comparison below it. */
type Line = { label: string; pair?: AccuracyComparison };

/**
 * Differences in test accuracy, seed by seed: the mean and its 95 % bootstrap interval, filled where the corrected p says
 * that the difference is more than chance. A section for each question that was asked.
 *
 * @param comparisons of one part, by `compare` or `compareModels`; those of one seed are left out
 * @returns Vega-Lite spec; differences in points
 * @throws UserError for comparisons of costs or of several parts; when there are none with two seeds in common
 */
export function differenceForest(comparisons: readonly Comparison[], options: { title?: string } = {}): Spec {
  const pairs = accuraciesOf(comparisons).filter(({ interval }) => interval);
  if (pairs.length === 0)
    throw new UserError(
      `no differences to draw: ${comparisons.length > 0 ? "expected comparisons of two seeds or more" : "nothing is compared"}`,
    );
  const lines = linesOf(pairs);
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
  const color = modelColor([...new Set(pairs.map(({ model }) => model))]);
  const tooltip = [
    nominal("pair"),
    numeric("mean", { title: "mean (points)", format: ".2f" }),
    ...interval(".2f"),
    numeric("p", { title: "corrected p", format: ".3f" }),
    numeric("seeds"),
  ];
  const dot = dots(75, { strokeWidth: 2, opacity: 1 });
  const { title } = withDefaults("differenceForest", options, { title: "Differences between models" });
  const { min, max } = summarize(pairs.map(({ seeds }) => seeds));
  const subtitle = [
    `mean over ${min === max ? min : `${min} to ${max}`} seeds, seed by seed, and 95 % interval (bootstrap)`,
    "filled: p < 0.05 by exact sign flips, by Holm's correction for all that is asked",
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

function accuraciesOf(comparisons: readonly Comparison[]): AccuracyComparison[] {
  if (!Array.isArray(comparisons as unknown))
    throw new UserError(`comparisons is ${show(comparisons)}, expected a list as \`compare\` gives it`);
  const odd = comparisons.findIndex((one) => typeof one?.mean !== "number");
  if (odd >= 0)
    throw new UserError(
      `comparisons[${odd}] is ${show(comparisons[odd])}, expected one of accuracies, as \`compare\` gives it`,
    );
  const parts = [...new Set(comparisons.map(({ part }) => part))];
  if (parts.length > 1) throw new UserError(`comparisons are of ${parts.join(", ")}, expected those of one part`);
  return comparisons as AccuracyComparison[];
}

/** By question, in the order in which these first occur; comparisons that no study asked for have none. */
function linesOf(pairs: readonly AccuracyComparison[]): Line[] {
  const families = [...new Set(pairs.map(({ family }) => family))];
  return families.flatMap((family) => {
    const own = pairs.filter((pair) => pair.family === family).map((pair) => ({ label: nameOf(pair), pair }));
    return family === "" ? own : [{ label: family }, ...own];
  });
}

function nameOf({ model, against }: AccuracyComparison): string {
  return `${modelTitle(model)} − ${modelTitle(against)}`;
}

function rowOf(pair: AccuracyComparison, row: number) {
  const { model, seeds, mean, interval, corrected, real } = pair;
  const { low, high } = interval!;
  const [middle, from, to] = [mean, low, high].map((value) => signedPercent(value));
  const points = { mean: 100 * mean, low: 100 * low, high: 100 * high };
  const text = `${middle} (${from} to ${to})`;
  return { row, pair: nameOf(pair), model: modelTitle(model), ...points, p: corrected, seeds, real, text };
}
