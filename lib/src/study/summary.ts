import type { DataFrame } from "nodejs-polars";
import { accuracy } from "./accuracy.js";
import { cost } from "./cost.js";
import type { Metric, Published } from "./metric.js";
import { type AnyRecord, type AnySpec, isOnTask } from "./record.js";
import type { RunRecord } from "./schema.js";

/** What runs of this kind are compared by; accuracy where there is none. @internal */
export const metricOf = (run?: AnySpec | AnyRecord): Metric => (isOnTask(run) ? cost : accuracy) as unknown as Metric;

/**
 * A table of models as a polars data frame, one row a part, model and (on tasks) test length, in the order of the
 * records: see `ModelSummary` for runs over a data set, `TaskSummary` for runs on tasks. Columns that say nothing of
 * any model are left out.
 *
 * @param records of one kind
 * @param published what was published of a record's config
 * @throws UserError when they aren't run records, or for a cost that isn't a number
 */
export function summaryTable(records: readonly AnyRecord[], published?: Published<RunRecord>): DataFrame {
  const [first] = records;
  return metricOf(first).summaryTable(records, published as Published<AnyRecord>);
}
