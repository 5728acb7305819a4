import type { DataFrame } from "nodejs-polars";
import type { Published } from "./metric.js";
import { accuracyTable } from "./model-summary.js";
import { type AnyRecord, isOnTask } from "./record.js";
import type { RunRecord } from "./schema.js";
import type { TaskRecord } from "./task-schema.js";
import { costTable } from "./task-summary.js";

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
  if (first && isOnTask(first)) return costTable(records as readonly TaskRecord[]);
  return accuracyTable(records as readonly RunRecord[], published);
}
