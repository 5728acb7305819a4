export { type NamedFigure, recordFigures } from "./figures.js";
export { findingMarkdown } from "./finding.js";
export { focusPairs, focusVerdict } from "./focus.js";
export { type ProtocolRecords, protocolsOf } from "./protocols.js";
export { type FoundVerdictRecords, verdictRecords } from "./records.js";
export { soundOverview } from "./sound.js";
export { verdictSummary } from "./summary.js";
export { ntmPaperSentence, rangePairs, rangeVerdict, taskCostTable, taskOutcomeTable } from "./tasks.js";
export { type VerdictRecords, verdictMarkdown } from "./verdict.js";
