import { existsSync, readFileSync } from "node:fs";
import { UserError } from "../check.js";
import { modelTitle } from "../figures/theme.js";
import { modelResults, percentText, plan, type RunRecord, referenceStore } from "../study/index.js";
import { findingMarkdown, soundOverview, type VerdictRecords, verdictRecords, verdictSummary } from "../verdict/index.js";

const BEGIN = (name: string) => `<!-- ${name}: generated from the records by \`make readme\` -->`;
const END = (name: string) => `<!-- /${name} -->`;
const percent = (value: number | null, digits = 1) => (value === null ? "–" : percentText(value, digits));

/** The result table as Markdown. */
export function resultMarkdown(records: readonly RunRecord[]): string {
  const rows = modelResults(records).map((row) => [
    modelTitle(row.model),
    String(row.parameters),
    `**${percent(row.mean)}** ± ${percent(row.sd)}`,
    `${percent(row.min)} to ${percent(row.max)}`,
    percent(row.published, 2),
    row.low === null ? "–" : `${percent(row.low)} to ${percent(row.high)}`,
    row.plausible === null ? "–" : row.plausible ? "yes" : "**no**",
  ]);
  const seeds = [...new Set(modelResults(records).map((row) => row.seeds))].join(" to ");
  const head = [
    "Model",
    "Parameters",
    `Test accuracy, %, mean ± sd of ${seeds} seeds`,
    "Range",
    "Published",
    "95 % of single runs",
    "Published plausible?",
  ];
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), "| :-- | --: | --: | --: | --: | --: | :-: |", ...rows.map(line)].join("\n");
}

/** All generated parts of the README, by name. */
export function readmeParts(records: VerdictRecords): Record<string, string> {
  return {
    finding: findingMarkdown(records),
    results: resultMarkdown(records.published),
    sound: soundOverview(records.sound),
    verdict: verdictSummary(records),
  };
}

/** The repository's records. @throws UserError when one of the published protocol is missing */
export function referenceRecords(): VerdictRecords {
  const store = referenceStore();
  const missing = plan("published").find((spec) => !store.find(spec));
  if (missing) throw new UserError(`${store.path(missing)} is missing: restore it from git, or run \`make reference\``);
  return verdictRecords({ reference: true });
}

/**
 * Replaces the generated parts of a README, each between its two comment lines.
 *
 * @throws UserError when a part's comments are missing
 */
export function fillReadme(text: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((page, [name, content]) => {
    const [begin, end] = [page.indexOf(BEGIN(name)), page.indexOf(END(name))];
    if (begin < 0 || end < begin)
      throw new UserError(`README.md lacks the lines ${BEGIN(name)} and ${END(name)}: restore them from git`);
    return `${page.slice(0, begin + BEGIN(name).length)}\n\n${content}\n\n${page.slice(end)}`;
  }, text);
}

/** Reads, and says what is wrong, in one line, if it can't. */
export function readReadme(path: string): string {
  if (!existsSync(path)) throw new UserError(`${path} is missing: restore it from git`);
  return readFileSync(path, "utf8");
}
