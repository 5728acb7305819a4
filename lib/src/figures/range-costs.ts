import type { TaskRecord } from "../study/task-schema.js";
import { summarizeTasks } from "../study/task-summary.js";
import { UserError } from "../support/user-error.js";
import { checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";
import { taskTitle } from "./task-title.js";
import { INK, inOrder, modelColors, modelTitle, themed } from "./theme.js";

/** Where the logarithmic axis ends: less is nothing. */
const FLOOR = 1e-3;

/**
 * Cost against length on every task, side by side, each on a logarithmic axis of its own: each model's median over its
 * seeds, with the 95 % interval of the median. Lengths are in multiples of the longest of the training.
 *
 * @param records evaluation runs; tasks that are tested at one length only have nothing to draw
 * @returns Vega-Lite spec
 * @throws UserError when no task has two lengths
 */
export function rangeCosts(records: readonly TaskRecord[], options: { title?: string } = {}): Spec {
  checkRecords(records, ["protocol", "name", "seed", "config", "tests"]);
  const summaries = summarizeTasks(records).filter(({ lengths }) => lengths.length > 1);
  if (summaries.length === 0)
    throw new UserError("no costs to draw, expected runs that were tested at two lengths or more");
  const models = inOrder(summaries.map(({ model }) => model));
  const tasks = [...new Set(summaries.map(({ part }) => taskTitle(part)))];
  // what is below is drawn at the floor, and told with its number under the pointer
  const floored = (cost: number) => Math.max(cost, FLOOR);
  const rows = summaries.flatMap(({ part, model, seeds, converged, lengths }) =>
    lengths.map(({ length, cost, interval, perfect, guess }) => ({
      task: taskTitle(part),
      model: modelTitle(model),
      length,
      times: `${Number((length / lengths[0]!.length).toPrecision(2))}×`,
      cost,
      low: interval.low,
      high: interval.high,
      costAt: floored(cost),
      lowAt: floored(interval.low),
      highAt: floored(interval.high),
      perfect,
      guess,
      converged: `${converged} of ${seeds}`,
    })),
  );
  const top = Math.ceil(Math.log10(Math.max(...rows.map(({ highAt }) => highAt))));
  const decades = Array.from({ length: top + 4 }, (_, i) => Number(`1e${i - 3}`));
  const color = {
    field: "model",
    type: "nominal",
    title: null,
    scale: { domain: models.map(modelTitle), range: modelColors(models) },
    legend: { orient: "bottom", columns: 4, symbolType: "stroke", symbolOpacity: 1 },
  };
  const x = {
    field: "times",
    type: "ordinal",
    title: null,
    sort: null,
    scale: { type: "point", padding: 0.3 },
    axis: { labelAngle: 0 },
  };
  const y = {
    field: "costAt",
    type: "quantitative",
    title: null,
    scale: { type: "log", nice: true },
    axis: { values: decades, format: "~g", grid: true },
  };
  const tooltip = [
    { field: "task", type: "nominal" },
    { field: "model", type: "nominal" },
    { field: "length", type: "quantitative" },
    { field: "cost", type: "quantitative", title: "bits per sequence, median", format: ".3~g" },
    { field: "low", type: "quantitative", title: "95 %: from", format: ".3~g" },
    { field: "high", type: "quantitative", title: "to", format: ".3~g" },
    { field: "guess", type: "quantitative", title: "guessing", format: ".3~g" },
    { field: "perfect", type: "quantitative", title: "sequences without a wrong answer, median", format: ".1%" },
    { field: "converged", type: "nominal", title: "runs converged" },
  ];
  const at = { condition: { param: "model", value: 1 }, value: 0.12 };
  const raised = rows.filter(({ low }) => low < FLOOR).length;
  return themed({
    title: {
      text: options.title ?? "Cost against length, in bits per sequence",
      subtitle: [
        "lengths in multiples of the training's longest; median over the seeds and its 95 % interval; dashed: guessing",
        ...(raised > 0
          ? [
              `at ${raised} of ${rows.length} points the median or its interval's lower end is below ${FLOOR}: drawn there`,
            ]
          : []),
      ],
    },
    data: { values: rows },
    facet: { field: "task", type: "nominal", title: null, sort: tasks },
    columns: 3,
    spacing: 18,
    spec: {
      width: 175,
      height: 150,
      layer: [
        {
          mark: { type: "line", color: INK.soft, strokeDash: [3, 3], strokeWidth: 1.2 },
          encoding: { x, y: { ...y, field: "guess", aggregate: "max" } },
        },
        {
          params: [{ name: "model", select: { type: "point", fields: ["model"] }, bind: "legend" }],
          mark: { type: "line" },
          encoding: { x, y, color, opacity: at },
        },
        {
          mark: { type: "rule", strokeWidth: 1 },
          encoding: { x, y: { ...y, field: "lowAt" }, y2: { field: "highAt" }, color, opacity: at },
        },
        { mark: { type: "point", filled: true, size: 40 }, encoding: { x, y, color, opacity: at, tooltip } },
      ],
    },
    // a task's costs span four decades, another's less than one; each is tested at lengths of its own
    resolve: { scale: { x: "independent", y: "independent" } },
    config: { header: { labelFontSize: 13, labelFontWeight: "bold", labelColor: INK.strong } },
  });
}
