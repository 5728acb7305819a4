import type { TaskRecord } from "../study/task-schema.js";
import { summarizeTasks } from "../study/task-summary.js";
import { withDefaults } from "../support/options.js";
import { checkNames, UserError } from "../support/user-error.js";
import { interval, nominal, numeric } from "./channels.js";
import { inOrder, modelTitle, taskTitles } from "./names.js";
import { textWidth } from "./render/font.js";
import { checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

/** A title in two lines at most: broken at the space, or else after the dash, that is nearest to the middle. */
function twoLines(title: string): string[] {
  const middle = title.length / 2;
  const nearest = (mark: RegExp) =>
    [...title.matchAll(mark)]
      .map(({ index }) => index + 1)
      .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
  const at = nearest(/ (?=.)/g) ?? (title.length < 12 ? undefined : nearest(/-(?=.)/g));
  return at === undefined ? [title] : [title.slice(0, at).trimEnd(), title.slice(at)];
}

/** A long title in two lines, broken at its last comma. */
const AT_COMMA =
  "length(datum.label) < 24 || indexof(datum.label, ', ') < 0 ? datum.label : " +
  "[slice(datum.label, 0, lastindexof(datum.label, ', ') + 1), slice(datum.label, lastindexof(datum.label, ', ') + 2)]";

/** What is side by side: the cells' size, in pixels. */
const CELL = { models: { width: 82, height: 44 }, tasks: { width: 110, height: 34 } };

/**
 * How many runs learned the task, of each model on each task, and after how many sequences (median of those that did).
 *
 * @param records evaluation runs
 * @param options.across what is side by side, the other is one below the other; default "models"
 * @param options.modelTitles of models, where their names say less; default `modelTitle`
 * @throws UserError without records, or for another `across`
 */
export function taskOutcomes(
  records: readonly TaskRecord[],
  options: { title?: string; across?: "models" | "tasks"; modelTitles?: (name: string) => string } = {},
): Spec {
  checkRecords(records, ["protocol", "name", "seed", "config", "tests"]);
  if (records.length === 0) throw new UserError("no runs to draw, expected at least one");
  const { title, across, modelTitles } = withDefaults("taskOutcomes", options, {
    title: "Runs that learned the task",
    across: "models",
    modelTitles: modelTitle,
  });
  checkNames("across", [across], Object.keys(CELL));
  const summaries = summarizeTasks(records);
  const titleOf = taskTitles(summaries.map(({ part }) => part));
  const rows = summaries.map(({ part, model, seeds, converged, share, sequences, learningRate, parameters }) => ({
    task: titleOf(part),
    model: modelTitles(model),
    share: converged / seeds,
    runs: `${converged}/${seeds}`,
    after: sequences === null ? "" : thousands(sequences),
    low: share.low,
    high: share.high,
    learningRate,
    parameters,
  }));
  const names = summaries.map(({ model }) => model);
  // names that mean something else here have an order of their own
  const models = (options.modelTitles ? [...new Set(names)] : inOrder(names)).map(modelTitles);
  const kinds = new Map(records.map(({ protocol, config }) => [titleOf(protocol), config.task.task]));
  const kindsInOrder = [...new Set(kinds.values())];
  // parts of one task side by side, as it is and tuned
  const tasks = [...new Set(rows.map(({ task }) => task))].sort(
    (a, b) => kindsInOrder.indexOf(kinds.get(a)!) - kindsInOrder.indexOf(kinds.get(b)!),
  );
  const [side, below] = across === "models" ? [models, tasks] : [tasks, models];
  // as wide as a laptop shows
  const step = Math.min(CELL[across].width, Math.floor(630 / side.length));
  const labelFontSize = step < 60 ? 9.5 : step < 70 ? 10.5 : 12;
  const lines = new Map(side.map((name) => [name, twoLines(name)]));
  // names that don't fit even so are slanted
  const fit = [...lines.values()].flat().every((line) => textWidth(line, labelFontSize, false) < step + 2);
  const x = nominal(across === "models" ? "model" : "task", {
    title: null,
    scale: { domain: side },
    axis: {
      orient: "top",
      domain: false,
      ticks: false,
      labelFontSize,
      ...(fit
        ? // two lines grow downward: the padding keeps them off the cells
          { labelAngle: 0, labelPadding: 20, labelExpr: `${JSON.stringify(Object.fromEntries(lines))}[datum.label]` }
        : { labelAngle: -30, labelAlign: "left", labelBaseline: "middle", labelLimit: 400 }),
    },
  });
  const y = nominal(across === "models" ? "task" : "model", {
    title: null,
    scale: { domain: below },
    axis: { domain: false, ticks: false, labelExpr: AT_COMMA },
  });
  const fill = numeric("share", { scale: { domain: [0, 1], range: ["#eef3f8", "#08306b"] }, legend: null });
  const color = { condition: { test: "datum.share > 0.55", value: "#ffffff" }, value: INK.strong };
  const tooltip = [
    nominal("task"),
    nominal("model"),
    nominal("runs", { title: "learned it" }),
    ...interval(".0%", "95 % (Wilson)"),
    nominal("after", { title: "after sequences" }),
    numeric("learningRate", { title: "learning rate" }),
    numeric("parameters", { format: "," }),
  ];
  const subtitle = "those that learned it, of how many; below, after how many sequences (median); empty: not all made";
  return themed({
    title: { text: title, subtitle },
    data: { values: rows },
    width: { step },
    height: { step: CELL[across].height },
    layer: [
      { mark: { type: "rect", stroke: "#ffffff", strokeWidth: 2 }, encoding: { x, y, color: fill, tooltip } },
      {
        mark: { type: "text", dy: -7, fontSize: 12.5, fontWeight: "bold" },
        encoding: { x, y, text: nominal("runs"), color },
      },
      { mark: { type: "text", dy: 9, fontSize: 11 }, encoding: { x, y, text: nominal("after"), color } },
    ],
  });
}

function thousands(sequences: number): string {
  return `${(sequences / 1000).toLocaleString("en-US", { maximumFractionDigits: sequences < 10_000 ? 1 : 0 })} k`;
}

/** The same of the variants of the focus, tasks side by side. */
export const focusOutcomes = (records: readonly TaskRecord[]): Spec =>
  taskOutcomes(records, { title: "Which focus trains", modelTitles: (name) => name, across: "tasks" });
