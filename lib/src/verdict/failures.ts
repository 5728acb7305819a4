import { modelTitle } from "../figures/theme.js";
import { median } from "../stats/index.js";
import { modelNames, type RunRecord } from "../study/index.js";
import { count, list, percent } from "./text.js";

/** A run so far below the median of its model failed to train, rather than did a little worse. */
const FAR = 0.1;

/** Which models have runs that failed to train without their loss becoming infinite; "" where none has. */
export function failureSentence(records: readonly RunRecord[]): string {
  const failed = modelNames(records).flatMap((name) => {
    const accuracies = records.filter((record) => record.name === name).map(({ result }) => result.testAccuracy);
    const middle = median(accuracies);
    const low = accuracies.filter((accuracy) => accuracy < middle - FAR).length;
    const which = `${low} of ${count(accuracies.length, "run")} of ${modelTitle(name)} (median ${percent(middle)} %)`;
    return low > 0 ? [{ low, which }] : [];
  });
  if (failed.length === 0) return "";
  const ends = failed.length === 1 && failed[0]!.low === 1 ? "ends" : "end";
  return `${list(failed.map(({ which }) => which))} ${ends} more than ${percent(FAR, 0)} points below the median: they failed to train.`;
}
