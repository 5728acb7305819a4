import { type AttemptResult, accuracyLimit, attemptResults, bestAttempt } from "../studies/attempts.js";
import type { RunRecord } from "../study/index.js";
import { count, counts, paragraph, percent, range, table } from "./text.js";

const COMMAND = "`make study STUDY=accuracy`";

/** How accurate a small memory model got on the canonical split, in sentences; "" when nothing was tried. */
export function accuracySentences(records: readonly RunRecord[]): string {
  const results = attemptResults(records);
  if (results.length === 0) return "";
  const hasMemory = ({ model }: AttemptResult) => records.find(({ name }) => name === model)!.config.model.kind === "ntm";
  const memory = results.filter(hasMemory);
  const best = bestAttempt(memory);
  const without = bestAttempt(results.filter((result) => !hasMemory(result)));
  const tests = records[0]!.result.of.toLocaleString("en-US");
  if (!best)
    return `No attempt to train a memory model of at most ${accuracyLimit.toLocaleString("en-US")} parameters came to its end.`;
  const chosen =
    memory.length > 1 ? `The best of ${memory.length} ways (chosen on held-out training samples)` : "The only way tried";
  return paragraph(
    `On the canonical split, reading all 40 features in order, a memory model of ${count(best.parameters, "parameter")} gets ` +
      `**${percent(best.mean)} %** of the ${tests} test samples right (${count(best.seeds, "seed")}${intervalText(best)}). ` +
      `${chosen}: ${best.what}.`,
    without ? `A network without a memory, ${without.what.split(",")[0]}, gets ${percent(without.mean)} %.` : "",
  );
}

/** The same with every attempt, failures included. */
export function accuracyPart(records: readonly RunRecord[]): string {
  const title = "**How accurate a small memory model gets.**";
  const results = attemptResults(records);
  if (results.length === 0) return `${title} Nothing has been tried yet: ${COMMAND}.`;
  const seeds = counts(
    results.map((result) => result.seeds),
    "seed",
  );
  const explained = `Every attempt, ${seeds} each, with means after the last epoch, in %.`;
  return [`${title} ${accuracySentences(records)}`, explained, attemptTable(results)].join("\n\n");
}

function attemptTable(results: readonly AttemptResult[]): string {
  const head = ["Attempt", "Parameters", "Seeds", "Validation", "Test", "95 % over seeds", "Broken runs"];
  const rows = results.map(({ what, parameters, seeds, validation, mean, interval, diverged }) => [
    what,
    String(parameters),
    String(seeds),
    validation === null ? "–" : percent(validation),
    `**${percent(mean)}**`,
    interval ? range(interval) : "–",
    String(diverged),
  ]);
  return table(head, rows);
}

function intervalText({ interval }: AttemptResult): string {
  return interval ? `, 95 %: ${range(interval)}` : "";
}
