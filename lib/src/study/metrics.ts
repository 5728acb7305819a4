import { accuracy } from "./accuracy.js";
import { cost } from "./cost.js";
import type { Metric } from "./metric.js";
import { type AnyRecord, type AnySpec, isOnTask } from "./record.js";

/** What runs of this kind are compared by. @internal */
export const metricOf = (run: AnySpec | AnyRecord): Metric => (isOnTask(run) ? cost : accuracy) as unknown as Metric;
