import { installInspection } from "./inspect.js";
import { installLastValue } from "./last-value.js";

installInspection();
installLastValue();

export type { FrameLike } from "../figures/spec.js";
export { headPositions, headWeights, mixShares, type ShiftParameter, shiftParameters, slotStates } from "./heads.js";
export { interruptible } from "./interrupt.js";
export { type KeptOptions, keptModel, keptModels, keptOnTask } from "./kept-models.js";
export { type Progress, type ProgressOptions, type ProgressUpdate, progress } from "./progress.js";
export { checkColumns, comparisonColumns, summaryColumns } from "./result-columns.js";
export { show, showFigure, showMarkdown } from "./show.js";
export { type RecordGroup, recordGroups, showEach } from "./show-each.js";
export { type ColumnFormat, showTable, type TableOptions } from "./table.js";
export { traceTask } from "./trace-task.js";
export { trainMissing } from "./training-progress.js";
