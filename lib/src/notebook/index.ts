export { headWeights } from "./head-weights.js";
export { interruptible } from "./interrupt.js";
export { type Progress, type ProgressOptions, type ProgressUpdate, progress } from "./progress.js";
export { trainMissing } from "./records.js";
export { comparisonColumns, resultColumns, summaryColumns } from "./result-columns.js";
export { show, showMarkdown } from "./show.js";
export { type RecordGroup, showEach } from "./show-each.js";
export { type ColumnFormat, type FrameLike, showTable, type TableOptions } from "./table.js";
