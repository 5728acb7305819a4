import type { RunRecord } from "../study/schema.js";
import { withDefaults } from "../support/options.js";
import { UserError } from "../support/user-error.js";
import { decades, dots, nominal, numeric } from "./channels.js";
import { modelColor } from "./names.js";
import { byModel, checkRecords, type ModelRuns } from "./runs.js";
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
  const { title } = withDefaults("searchScatter", options, { title: "Learning-rate search" });
  checkRecords(records, ["trials"]);
  const searched = records.filter(({ trials }) => trials.length > 0);
  if (records.length > 0 && searched.length === 0)
    throw new UserError("no trials to draw, expected records of runs that searched for their learning rate");
  const models = byModel(searched);
  const first = models[0]!.runs[0]!;
  const search = first.config.training.learningRate;
  if (typeof search === "number")
    throw new UserError(`${first.name} with seed ${first.seed} has trials but a fixed learning rate`);
  const rows = models.flatMap(trialRows);
  const accuracies = rows.map(({ accuracy }) => accuracy);
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const margin = Math.max(2, 0.08 * (high - low));
  const [from, to] = search.range.map(Math.log10) as [number, number];
  const powers = decades(Math.ceil(from - 1e-9), Math.floor(to + 1e-9));
  const epochs = `${search.epochs} ${search.epochs === 1 ? "epoch" : "epochs"}`;
  const detail = `${epochs} on ${search.samples.toLocaleString("en-US")} samples, scored on the ${search.scoredOn} set`;
  const encoding = {
    x: numeric("learningRate", {
      title: "learning rate",
      scale: { type: "log", domain: search.range, nice: false },
      // of a range within a decade Vega chooses
      axis: { ...(powers.length > 1 ? { values: powers } : { tickCount: 3 }), format: "~e", grid: true },
    }),
    y: numeric("accuracy", {
      title: "trial accuracy (%)",
      scale: { domain: [low - margin, high + margin], nice: false, zero: false },
    }),
    color: modelColor(models.map(({ name }) => name)),
    tooltip: [
      nominal("model"),
      numeric("seed"),
      numeric("learningRate", { title: "learning rate", format: ".2~e" }),
      numeric("accuracy", { title: "trial accuracy (%)", format: ".2f" }),
      numeric("trainLoss", { title: "training loss (nats)", format: ".3f" }),
    ],
  };
  return themed({
    title: {
      text: title,
      subtitle: `each dot a trial: ${detail}; a ring: the best of its run`,
    },
    data: { values: rows },
    columns: Math.min(models.length, 4),
    facet: nominal("model", {
      sort: models.map(({ title }) => title),
      title: null,
      header: { labelFontSize: 13, labelFontWeight: "bold" },
    }),
    spacing: 32,
    spec: {
      width: 134,
      height: 200,
      layer: [
        { mark: dots(45, { opacity: 0.55 }), encoding: {} },
        {
          transform: [{ filter: "datum.trial === 'chosen'" }],
          mark: { type: "point", size: 150, filled: false, strokeWidth: 2, color: INK.strong, opacity: 1 },
          encoding: { color: { value: INK.strong } },
        },
      ],
      encoding,
    },
  });
}

function trialRows({ title, runs }: ModelRuns) {
  return runs.flatMap(({ seed, trials, learningRate: chosen }) =>
    trials.map(({ learningRate, accuracy, trainLoss }) => ({
      model: title,
      seed,
      learningRate,
      accuracy: 100 * accuracy,
      trainLoss,
      trial: learningRate === chosen ? "chosen" : "tried",
    })),
  );
}
