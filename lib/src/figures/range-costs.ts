import type { TaskRecord } from "../study/task-schema.js";
import { summarizeTasks } from "../study/task-summary.js";
import { withDefaults } from "../support/options.js";
import { UserError } from "../support/user-error.js";
import { clickable, decades, dimmed, dots, interval, medianWords, nominal, numeric, ordinal } from "./channels.js";
import { CEILING, FLOOR, onAxis } from "./cost-lines.js";
import { inOrder, modelColor, modelTitle, taskTitles } from "./names.js";
import { checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

/**
 * Cost against length on every task, side by side, each on a logarithmic axis of its own: each model's median over its
 * seeds, with the 95 % interval of the median, of fewer than six seeds from the lowest to the highest. Lengths are in
 * multiples of the longest of the training.
 *
 * @param records evaluation runs; tasks that are tested at one length only have nothing to draw
 * @throws UserError when no task has two lengths
 */
export function rangeCosts(records: readonly TaskRecord[], options: { title?: string } = {}): Spec {
  const { title } = withDefaults("rangeCosts", options, {
    title: "Cost against length, in bits per sequence",
  });
  checkRecords(records, ["protocol", "name", "seed", "config", "tests"]);
  const summaries = summarizeTasks(records).filter(({ lengths }) => lengths.length > 1);
  if (summaries.length === 0)
    throw new UserError("no costs to draw, expected runs that were tested at two lengths or more");
  const titleOf = taskTitles(summaries.map(({ part }) => part));
  const rows = summaries.flatMap((summary) => rowsOf(summary, titleOf(summary.part)));
  const models = inOrder(summaries.map(({ model }) => model));
  const raised = rows.filter(({ low }) => low < FLOOR).length;
  const lowered = rows.filter(({ high }) => high > CEILING).length;
  return themed({
    title: {
      text: title,
      subtitle: [
        `lengths in multiples of the training's longest; median over the seeds and ${medianWords(summaries.map(({ seeds }) => seeds))}; dashed: guessing`,
        ...(raised > 0
          ? [
              `at ${raised} of ${rows.length} points the median or its interval's lower end is below ${FLOOR}: drawn there`,
            ]
          : []),
        ...(lowered > 0
          ? [
              `at ${lowered} of ${rows.length} points the median or its interval's upper end is above ${CEILING}, for runs diverged: drawn there`,
            ]
          : []),
      ],
    },
    data: { values: rows },
    facet: nominal("task", { title: null, sort: [...new Set(rows.map(({ task }) => task))] }),
    columns: 3,
    spacing: 18,
    spec: { width: 175, height: 150, layer: panel(models, Math.max(...rows.map(({ highAt }) => highAt))) },
    // a task's costs span four decades, another's less than one; each is tested at lengths of its own
    resolve: { scale: { x: "independent", y: "independent" } },
    config: { header: { labelFontSize: 13, labelFontWeight: "bold", labelColor: INK.strong } },
  });
}

/** Layers of one task's panel. @param highest cost of all tasks */
function panel(models: readonly string[], highest: number): Spec[] {
  const color = modelColor(models, { orient: "bottom", columns: 4, symbolType: "stroke", symbolOpacity: 1 });
  const scale = { type: "point", padding: 0.3 };
  const x = ordinal("times", { title: null, sort: null, scale, axis: { labelAngle: 0 } });
  const y = numeric("costAt", {
    title: null,
    scale: { type: "log", nice: true },
    axis: { values: decades(Math.log10(FLOOR), Math.ceil(Math.log10(highest))), format: "~g", grid: true },
  });
  const format = ".3~g";
  const tooltip = [
    nominal("task"),
    nominal("model"),
    numeric("length"),
    numeric("cost", { title: "bits per sequence, median", format }),
    ...interval(format),
    numeric("guess", { title: "guessing", format }),
    numeric("perfect", { title: "sequences without a wrong answer, median", format: ".1%" }),
    nominal("converged", { title: "runs that learned the task" }),
  ];
  const span = { x, y: { ...y, field: "lowAt" }, y2: { field: "highAt" }, color, opacity: dimmed() };
  return [
    {
      mark: { type: "line", color: INK.soft, strokeDash: [3, 3], strokeWidth: 1.2 },
      encoding: { x, y: { ...y, field: "guess", aggregate: "max" } },
    },
    { params: [clickable("model")], mark: { type: "line" }, encoding: { x, y, color, opacity: dimmed() } },
    { mark: { type: "rule", strokeWidth: 1 }, encoding: span },
    { mark: dots(40), encoding: { x, y, color, opacity: dimmed(), tooltip } },
  ];
}

/** A row a length. */
function rowsOf(
  { model, seeds, converged, trained, lengths }: ReturnType<typeof summarizeTasks>[number],
  task: string,
) {
  return lengths.map(({ length, cost, interval: { low, high }, perfect, guess }) => ({
    task,
    model: modelTitle(model),
    length,
    times: `${Number((length / trained).toPrecision(3))}×`,
    cost,
    low,
    high,
    costAt: onAxis(cost),
    lowAt: onAxis(low),
    highAt: onAxis(high),
    perfect,
    guess,
    converged: `${converged} of ${seeds}`,
  }));
}
