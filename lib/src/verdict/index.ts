export { type NamedFigure, recordFigures } from "./figures.js";
export { findingMarkdown } from "./finding.js";
export { focusVerdict } from "./focus.js";
export { type ProtocolRecords, protocolsOf } from "./protocols.js";
export { type FoundVerdictRecords, verdictRecords } from "./records.js";
export { soundOverview } from "./sound.js";
export { verdictSummary } from "./summary.js";
export { focusPairs, ntmPaperSentence, rangePairs, rangeVerdict, taskCostTable, taskOutcomeTable } from "./tasks.js";
export { type VerdictRecords, verdictMarkdown } from "./verdict.js";
