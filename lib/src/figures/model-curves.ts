import { summarize } from "../stats/index.js";
import type { EpochPoint, RunRecord } from "../study/schema.js";
import { withDefaults } from "../support/options.js";
import { checkNames, UserError } from "../support/user-error.js";
import { clickable, dimmed, dots, layerOf, layers, nominal, numeric } from "./channels.js";
import { modelColors } from "./names.js";
import { byModel, checkRecords, finalAccuracy, type ModelRuns, percent, seedCount } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

/**
 * Training loss per epoch, one line a model: the mean over the seeds, with a band from the lowest to the highest seed.
 * The legend gives the test accuracy after the last epoch, mean and sample standard deviation; a click in it highlights
 * a model.
 *
 * @param records runs of one protocol, one a model and seed
 * @returns Vega-Lite spec; loss in nats on a linear scale from 0
 * @throws UserError no records, mixed protocols, a run twice, or curves of different length within a model
 */
export function lossComparison(records: readonly RunRecord[], options: { title?: string } = {}): Spec {
  const { title } = withDefaults("lossComparison", options, { title: "Training loss" });
  return modelCurves(records, {
    title,
    value: (point) => point.trainLoss,
    yTitle: "training loss (nats)",
    yScale: { zero: true },
    format: ".3f",
    guessing: (classes) => ({ at: Math.log(classes), label: `guessing: ln ${classes}` }),
  });
}

/**
 * Accuracy per epoch, one line a model: the mean over the seeds, with a band from the lowest to the highest seed.
 *
 * @param records runs of one protocol, one a model and seed
 * @param options.set on which samples; "test" if not given
 * @returns Vega-Lite spec; accuracy in per cent, from 0 to 100
 * @throws UserError as lossComparison; for another set, or "validation" when a run holds no samples out
 */
export function accuracyCurves(
  records: readonly RunRecord[],
  options: { title?: string; set?: "test" | "validation" } = {},
): Spec {
  const { title, set } = withDefaults("accuracyCurves", options, { title: undefined, set: "test" });
  checkNames("set", [set], ["test", "validation"]);
  checkRecords(records, ["config"]);
  const without = records.find(({ config }) => set === "validation" && config.validation === undefined);
  if (without)
    throw new UserError(`${without.name} with seed ${without.seed} has no validation set: draw the test accuracy`);
  return modelCurves(records, {
    title: title ?? `${set === "test" ? "Test" : "Validation"} accuracy`,
    value: (point) => 100 * (set === "test" ? point.testAccuracy : point.validationAccuracy!),
    yTitle: `${set} accuracy (%)`,
    yScale: { domain: [0, 100], nice: false },
    format: ".1f",
    guessing: (classes) => ({ at: 100 / classes, label: `guessing: ${Number((100 / classes).toFixed(1))} %` }),
  });
}

interface CurveOptions {
  title: string;
  /** what is drawn of an epoch */
  value: (point: EpochPoint) => number;
  yTitle: string;
  yScale: Spec;
  /** d3 format of a value in the tooltip */
  format: string;
  /** what guessing gets */
  guessing: (classes: number) => { at: number; label: string };
}

/**
 * One mean line a model over the epochs, with a band from the lowest to the highest seed and the final accuracy in the
 * legend.
 */
function modelCurves(
  records: readonly RunRecord[],
  { title, value, yTitle, yScale, format, guessing }: CurveOptions,
): Spec {
  const models = byModel(records).map((model) => ({
    ...model,
    label: `${model.title}\u2002${percent(finalAccuracy(model))}`,
    epochs: Math.max(...model.runs.map((run) => run.curve.length)),
  }));
  const last = Math.max(...models.map(({ epochs }) => epochs));
  if (last === 0) throw new UserError(`no epochs to draw: all ${records.length} runs diverged in their first`);
  const level = guessing(records[0]!.config.model.classes);
  const banded = models.some(({ runs }) => runs.length > 1);
  const broken = models.flatMap(({ runs }) => runs.filter((run) => run.diverged)).length;
  const x = numeric("epoch", {
    title: "epoch",
    scale: { domain: [1, last], nice: false },
    axis: { tickMinStep: 1 },
  });
  const y = numeric("mean", { title: yTitle, axis: { tickCount: 6 }, scale: yScale });
  const color = nominal("label", {
    scale: { domain: models.map(({ label }) => label), range: modelColors(models.map(({ name }) => name)) },
    legend: { title: ["test accuracy", "after the last epoch"], symbolType: "stroke", symbolOpacity: 1 },
  });
  const tooltip = [
    nominal("model"),
    numeric("epoch"),
    numeric("mean", { format }),
    numeric("min", { title: "lowest seed", format }),
    numeric("max", { title: "highest seed", format }),
  ];
  const opacity = dimmed(models.length > 4 ? 0.08 : 0.18);
  const meaning = banded ? `mean over ${seedCount(models)}, band from the lowest to the highest` : "one run a model";
  return themed({
    title: {
      text: title,
      subtitle: [
        banded ? `${meaning}; accuracies: mean ± standard deviation` : meaning,
        ...(broken > 0 ? [`${broken} ${broken === 1 ? "run" : "runs"} diverged: drawn up to there`] : []),
      ],
    },
    data: { values: models.flatMap((model) => rowsOf(model, value)) },
    // long names make the legend wide
    width: models.some(({ title }) => title.length > 8) ? 440 : 480,
    height: 310,
    layer: layers(
      banded && {
        mark: { type: "area" },
        encoding: { x, y: { ...y, field: "min" }, y2: { field: "max" }, color, opacity },
      },
      { params: [clickable("label")], mark: { type: "line" }, encoding: { x, y, color, opacity: dimmed() } },
      // of one epoch there is no line
      last === 1
        ? { mark: dots(60), encoding: { x, y, color, tooltip } }
        : { mark: dots(90, { opacity: 0 }), encoding: { x, y, tooltip } },
      layerOf([level], { type: "rule", color: INK.faint, strokeDash: [4, 4] }, { y: numeric("at") }),
      layerOf(
        [{ ...level, epoch: last }],
        { type: "text", align: "right", baseline: "bottom", dy: -3 },
        { x, y: numeric("at"), text: nominal("label") },
      ),
    ),
  });
}

/** A row an epoch. */
function rowsOf(
  { title, label, runs, epochs }: ModelRuns & { label: string; epochs: number },
  value: CurveOptions["value"],
) {
  return Array.from({ length: epochs }, (_, at) => {
    // of a run that diverged there are the epochs before
    const points = runs.flatMap((run) => run.curve[at] ?? []);
    const { mean, min, max } = summarize(points.map(value));
    return { model: title, label, epoch: points[0]!.epoch, mean, min, max };
  });
}
