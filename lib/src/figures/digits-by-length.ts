import { medianInterval } from "../stats/index.js";
import type { TaskRecord } from "../study/task-schema.js";
import { summarizeTasks } from "../study/task-summary.js";
import { UserError } from "../support/user-error.js";
import { checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";
import { clickable, dimmed, INK, inOrder, modelColors, modelTitle, themed } from "./theme.js";

/**
 * Accuracy on MNIST-1D stretched to several lengths, each with a training of its own: each model's median over its
 * seeds, with the 95 % interval of the median.
 *
 * @param records evaluation runs; those on other tasks are left out
 * @returns Vega-Lite spec; accuracy in per cent
 * @throws UserError without runs on stretched digits
 */
export function digitsByLength(records: readonly TaskRecord[], options: { title?: string } = {}): Spec {
  checkRecords(records, ["protocol", "name", "seed", "config", "tests"]);
  const digits = records.filter(({ config }) => config.task.task === "mnist1d");
  if (digits.length === 0) throw new UserError("no runs on stretched digits to draw, expected at least one");
  const models = inOrder(digits.map(({ name }) => name));
  const rows = summarizeTasks(digits).map(({ part, model, seeds, lengths }) => {
    const { length, wrong } = lengths[0]!;
    const all = digits.filter((record) => record.protocol === part && record.name === model);
    const interval = medianInterval(all.map(({ tests }) => 100 * (1 - tests[0]!.wrong)))!;
    return {
      model: modelTitle(model),
      length,
      accuracy: 100 * (1 - wrong),
      low: interval.low,
      high: interval.high,
      seeds,
    };
  });
  const lengths = [...new Set(rows.map(({ length }) => length))].sort((a, b) => a - b);
  const color = {
    field: "model",
    type: "nominal",
    title: null,
    scale: { domain: models.map(modelTitle), range: modelColors(models) },
    legend: { orient: "right", symbolOpacity: 1 },
  };
  const x = {
    field: "length",
    type: "ordinal",
    title: "points of a digit",
    scale: { domain: lengths },
    axis: { labelAngle: 0 },
  };
  const y = {
    field: "accuracy",
    type: "quantitative",
    title: "test accuracy (%)",
    scale: { zero: false, nice: true },
    axis: { grid: true },
  };
  const xOffset = { field: "model", type: "nominal", scale: { domain: models.map(modelTitle) } };
  const number = { type: "quantitative", format: ".1f" };
  return themed({
    title: {
      text: options.title ?? "Stretched digits",
      subtitle: "median over the seeds and its 95 % interval; guessing gets 10 %",
    },
    data: { values: rows },
    width: { step: 170, for: "position" },
    height: 260,
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x, xOffset, y: { ...y, field: "low" }, y2: { field: "high" }, color, opacity: dimmed(1) },
      },
      {
        params: [clickable("model")],
        mark: { type: "point", filled: true, size: 60, stroke: INK.strong, strokeWidth: 0 },
        encoding: {
          x,
          xOffset,
          y,
          color,
          opacity: dimmed(1),
          tooltip: [
            { field: "model", type: "nominal" },
            { field: "length", type: "quantitative", title: "points" },
            { field: "accuracy", title: "accuracy, median (%)", ...number },
            { field: "low", title: "95 %: from", ...number },
            { field: "high", title: "to", ...number },
            { field: "seeds", type: "quantitative" },
          ],
        },
      },
    ],
  });
}
