import type { RunRecord } from "../study/schema.js";
import { UserError } from "../support/user-error.js";
import { modelCurves } from "./model-curves.js";
import { checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";

/**
 * Accuracy per epoch, one line a model: the mean over the seeds, with a band from the lowest to the highest seed.
 *
 * @param records runs of one protocol, one a model and seed
 * @param options.set on which samples; "test" if not given
 * @returns Vega-Lite spec; accuracy in per cent, from 0 to 100
 * @throws UserError as lossComparison; for "validation" when a run holds no samples out
 */
export function accuracyCurves(
  records: readonly RunRecord[],
  options: { title?: string; set?: "test" | "validation" } = {},
): Spec {
  const { set = "test" } = options;
  checkRecords(records, ["config"]);
  const without = records.find(({ config }) => set === "validation" && config.validation === undefined);
  if (without)
    throw new UserError(`${without.name} with seed ${without.seed} has no validation set: draw the test accuracy`);
  const classes = records[0]?.config.model.classes ?? 10;
  return modelCurves(records, {
    title: options.title ?? `${set === "test" ? "Test" : "Validation"} accuracy`,
    value: (point) => 100 * (set === "test" ? point.testAccuracy : point.validationAccuracy!),
    yTitle: `${set} accuracy (%)`,
    yDomain: [0, 100],
    format: ".1f",
    level: { at: 100 / classes, label: `guessing: ${Number((100 / classes).toFixed(1))} %` },
  });
}
