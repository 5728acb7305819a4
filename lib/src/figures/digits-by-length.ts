import { medianInterval } from "../stats/index.js";
import type { TaskRecord } from "../study/task-schema.js";
import { summarizeTasks } from "../study/task-summary.js";
import { withDefaults } from "../support/options.js";
import { UserError } from "../support/user-error.js";
import { clickable, dimmed, dots, interval, medianWords, nominal, numeric, ordinal } from "./channels.js";
import { inOrder, modelColor, modelTitle } from "./names.js";
import { checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

/**
 * Accuracy on MNIST-1D stretched to several lengths, each with a training of its own: each model's median over its
 * seeds, with the 95 % interval of the median, of fewer than six seeds from the lowest to the highest.
 *
 * @param records evaluation runs; those on other tasks are left out
 * @returns Vega-Lite spec; accuracy in per cent
 * @throws UserError without runs on stretched digits
 */
export function digitsByLength(records: readonly TaskRecord[], options: { title?: string } = {}): Spec {
  const { title } = withDefaults("digitsByLength", options, { title: "Stretched digits" });
  checkRecords(records, ["protocol", "name", "seed", "config", "tests"]);
  const digits = records.filter(({ config }) => config.task.task === "mnist1d");
  if (digits.length === 0) throw new UserError("no runs on stretched digits to draw, expected at least one");
  const models = inOrder(digits.map(({ name }) => name));
  const rows = summarizeTasks(digits).map(({ part, model, seeds, lengths }) => {
    const { length, wrong } = lengths[0]!;
    const all = digits.filter((record) => record.protocol === part && record.name === model);
    const ends = medianInterval(all.map(({ tests }) => 100 * (1 - tests[0]!.wrong)))!;
    return { model: modelTitle(model), length, accuracy: 100 * (1 - wrong), ...ends, seeds };
  });
  const lengths = [...new Set(rows.map(({ length }) => length))].sort((a, b) => a - b);
  const color = modelColor(models, { orient: "right", symbolOpacity: 1 });
  const x = ordinal("length", { title: "points of a digit", scale: { domain: lengths }, axis: { labelAngle: 0 } });
  const y = numeric("accuracy", {
    title: "test accuracy (%)",
    scale: { zero: false, nice: true },
    axis: { grid: true },
  });
  const place = { x, xOffset: nominal("model", { scale: { domain: models.map(modelTitle) } }), color };
  const tooltip = [
    nominal("model"),
    numeric("length", { title: "points" }),
    numeric("accuracy", { title: "accuracy, median (%)", format: ".1f" }),
    ...interval(".1f"),
    numeric("seeds"),
  ];
  return themed({
    title: {
      text: title,
      subtitle: `median over the seeds and ${medianWords(rows.map(({ seeds }) => seeds))}; guessing gets 10 %`,
    },
    data: { values: rows },
    width: { step: 170, for: "position" },
    height: 260,
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { ...place, y: { ...y, field: "low" }, y2: { field: "high" }, opacity: dimmed() },
      },
      {
        params: [clickable("model")],
        mark: dots(60, { stroke: INK.strong, strokeWidth: 0 }),
        encoding: { ...place, y, opacity: dimmed(), tooltip },
      },
    ],
  });
}
