export { verdictRecords } from "./records.js";
export { type VerdictRecords, verdictMarkdown } from "./verdict.js";
