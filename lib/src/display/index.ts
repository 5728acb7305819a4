import { installInspection } from "./inspect.js";
import { installLastValue } from "./last-value.js";

installInspection();
installLastValue();

export type { FrameLike } from "./frame-rows.js";
export { headPositions } from "./head-positions.js";
export { headWeights, slotStates } from "./head-weights.js";
export { interruptible } from "./interrupt.js";
export { type KeptOptions, keptModel, keptModels, keptOnTask } from "./kept-models.js";
export { mixShares } from "./mix-shares.js";
export { type Progress, type ProgressOptions, type ProgressUpdate, progress } from "./progress.js";
export { trainMissing } from "./records.js";
export { checkColumns, comparisonColumns, summaryColumns } from "./result-columns.js";
export { type ShiftParameter, shiftParameters } from "./shift-parameters.js";
export { show, showMarkdown } from "./show.js";
export { type RecordGroup, recordGroups, showEach } from "./show-each.js";
export { showFigure } from "./show-figure.js";
export { type ColumnFormat, showTable, type TableOptions } from "./table.js";
export { traceTask } from "./trace-task.js";
