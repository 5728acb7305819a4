import type { RunRecord } from "../study/schema.js";
import { UserError } from "../support/user-error.js";
import { byModel, checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

/**
 * Learning-rate searches: accuracy of every trial over its learning rate (logarithmic), a panel a model, the chosen
 * trial of each run ringed.
 *
 * @param records runs of one protocol, one a model and seed; runs with a fixed learning rate are left out
 * @returns Vega-Lite spec; accuracy in per cent
 * @throws UserError as lossComparison; no record with a search
 */
export function searchScatter(records: readonly RunRecord[], options: { title?: string } = {}): Spec {
  checkRecords(records, ["trials"]);
  const searched = records.filter(({ trials }) => trials.length > 0);
  if (records.length > 0 && searched.length === 0)
    throw new UserError("no trials to draw, expected records of runs that searched for their learning rate");
  const models = byModel(searched);
  const first = models[0]!.runs[0]!;
  const search = first.config.training.learningRate;
  if (typeof search === "number")
    throw new UserError(`${first.name} with seed ${first.seed} has trials but a fixed learning rate`);
  const rows = models.flatMap(({ title, runs }) =>
    runs.flatMap((run) =>
      run.trials.map(({ learningRate, accuracy, trainLoss }) => {
        const chosen = learningRate === run.learningRate;
        return {
          model: title,
          seed: run.seed,
          learningRate,
          accuracy: 100 * accuracy,
          trainLoss,
          trial: chosen ? "chosen" : "tried",
        };
      }),
    ),
  );
  const titles = models.map((model) => model.title);
  const accuracies = rows.map((row) => row.accuracy);
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const margin = Math.max(2, 0.08 * (high - low));
  const domain = [low - margin, high + margin];
  const detail = `${search.epochs} ${search.epochs === 1 ? "epoch" : "epochs"} on ${search.samples.toLocaleString("en-US")} samples, scored on the ${search.scoredOn} set`;
  return themed({
    title: {
      text: options.title ?? "Learning-rate search",
      subtitle: `each dot a trial: ${detail}; a ring: the best of its run`,
    },
    data: { values: rows },
    columns: Math.min(models.length, 4),
    facet: {
      field: "model",
      type: "nominal",
      sort: titles,
      title: null,
      header: { labelFontSize: 13, labelFontWeight: "bold" },
    },
    spacing: 32,
    spec: {
      width: 134,
      height: 200,
      layer: [
        { mark: { type: "point", filled: true, size: 45, opacity: 0.55 }, encoding: {} },
        {
          transform: [{ filter: "datum.trial === 'chosen'" }],
          mark: { type: "point", filled: false, size: 150, strokeWidth: 2, color: INK.strong, opacity: 1 },
          encoding: { color: { value: INK.strong } },
        },
      ],
      encoding: {
        x: {
          field: "learningRate",
          type: "quantitative",
          title: "learning rate",
          scale: { type: "log", domain: search.range, nice: false },
          axis: { values: decades(search.range), format: "~e", grid: true },
        },
        y: {
          field: "accuracy",
          type: "quantitative",
          title: "trial accuracy (%)",
          scale: { domain, nice: false, zero: false },
        },
        color: {
          field: "model",
          type: "nominal",
          scale: { domain: titles, range: models.map((model) => model.color) },
          legend: null,
        },
        tooltip: [
          { field: "model", type: "nominal" },
          { field: "seed", type: "quantitative" },
          { field: "learningRate", type: "quantitative", title: "learning rate", format: ".2~e" },
          { field: "accuracy", type: "quantitative", title: "trial accuracy (%)", format: ".2f" },
          { field: "trainLoss", type: "quantitative", title: "training loss (nats)", format: ".3f" },
        ],
      },
    },
  });
}

/** The powers of ten within a range. */
function decades([low, high]: readonly [number, number]): number[] {
  const from = Math.ceil(Math.log10(low) - 1e-9);
  const to = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({ length: to - from + 1 }, (_, i) => Number(`1e${from + i}`));
}
