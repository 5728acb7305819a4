import type { RunRecord } from "../study/schema.js";
import { modelCurves } from "./model-curves.js";
import type { Spec } from "./spec.js";

/**
 * Test accuracy per epoch, one line a model: the mean over the seeds, with a band from the lowest to the highest seed.
 *
 * @param records runs of one protocol, one a model and seed
 * @returns Vega-Lite spec; accuracy in per cent, from 0 to 100
 * @throws UserError as lossComparison
 */
export function accuracyCurves(records: readonly RunRecord[], options: { title?: string } = {}): Spec {
  const classes = records[0]?.config.model.classes ?? 10;
  return modelCurves(records, {
    title: options.title ?? "Test accuracy",
    value: (point) => 100 * point.testAccuracy,
    yTitle: "test accuracy (%)",
    yDomain: [0, 100],
    format: ".1f",
    level: { at: 100 / classes, label: `guessing: ${Number((100 / classes).toFixed(1))} %` },
  });
}
