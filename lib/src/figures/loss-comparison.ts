import type { RunRecord } from "../study/schema.js";
import { modelCurves } from "./model-curves.js";
import { checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";

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
  checkRecords(records, ["config"]);
  const classes = records[0]?.config.model.classes ?? 10;
  return modelCurves(records, {
    title: options.title ?? "Training loss",
    value: (point) => point.trainLoss,
    yTitle: "training loss (nats)",
    format: ".3f",
    level: { at: Math.log(classes), label: `guessing: ln ${classes}` },
  });
}
