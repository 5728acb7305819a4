import { existsSync, readFileSync } from "node:fs";
import { modelTitle } from "../figures/theme.js";
import { percentText } from "../stats/index.js";
import { studies } from "../studies/index.js";
import {
  findRecords,
  publishedOf,
  type RunRecord,
  recordsOf,
  referenceStore,
  summarizeModels,
  type TaskRecord,
} from "../study/index.js";
import { UserError } from "../support/user-error.js";
import {
  findingMarkdown,
  focusVerdict,
  ntmPaperSentence,
  rangeVerdict,
  soundOverview,
  type VerdictRecords,
  verdictRecords,
  verdictSummary,
} from "../verdict/index.js";

const BEGIN = (name: string) => `<!-- ${name}: generated from the records by \`make readme\` -->`;
const END = (name: string) => `<!-- /${name} -->`;
const percent = (value: number | null, digits = 1) => (value === null ? "–" : percentText(value, digits));

/** The result table as Markdown. */
export function resultMarkdown(records: readonly RunRecord[]): string {
  const models = summarizeModels(records, publishedOf(studies.published));
  const rows = models.map((row) => [
    modelTitle(row.model),
    String(row.parameters),
    `**${percent(row.mean)}** ± ${percent(row.sd)}`,
    `${percent(row.min)} to ${percent(row.max)}`,
    percent(row.published, 2),
    row.single === null ? "–" : `${percent(row.single.low)} to ${percent(row.single.high)}`,
    row.plausible === null ? "–" : row.plausible ? "yes" : "**no**",
  ]);
  const seeds = [...new Set(models.map((row) => row.seeds))].join(" to ");
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

/** What docs/results.md says of the repository rests on these. */
export interface ResultsRecords extends VerdictRecords {
  /** evaluation runs of the studies of long range and of the focus */
  range: readonly TaskRecord[];
  focus: readonly TaskRecord[];
  /** those of the NTM paper's copy task */
  ntmPaper: readonly TaskRecord[];
}

/** All generated parts of docs/results.md, by name. */
export function resultsParts(records: ResultsRecords): Record<string, string> {
  return {
    finding: findingMarkdown(records),
    results: resultMarkdown(records.published),
    sound: soundOverview(records.sound),
    verdict: verdictSummary(records),
    "ntm-paper": ntmPaperSentence(records.ntmPaper),
    range: rangeVerdict(records.range, records.focus),
    focus: focusVerdict(records.focus),
  };
}

/** The repository's records. @throws UserError when one of the published protocol is missing */
export function referenceRecords(): ResultsRecords {
  const store = referenceStore();
  const [missing] = findRecords(studies.published, store).flatMap((found) => found.missing);
  if (missing) throw new UserError(`${store.where(missing)} lacks a run: restore it from git, or run \`make reference\``);
  return {
    ...verdictRecords({ reference: true }),
    range: recordsOf(studies.range, store),
    focus: recordsOf(studies.focus, store),
    ntmPaper: recordsOf(studies["ntm-paper"], store),
  };
}

/**
 * Replaces the generated parts of the page of results, each between its two comment lines.
 *
 * @throws UserError when a part's comments are missing
 */
export function fillResults(text: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((page, [name, content]) => {
    const [begin, end] = [page.indexOf(BEGIN(name)), page.indexOf(END(name))];
    if (begin < 0 || end < begin)
      throw new UserError(`docs/results.md lacks the lines ${BEGIN(name)} and ${END(name)}: restore them from git`);
    return `${page.slice(0, begin + BEGIN(name).length)}\n\n${content}\n\n${page.slice(end)}`;
  }, text);
}

/** Reads, and says what is wrong, in one line, if it can't. */
export function readResults(path: string): string {
  if (!existsSync(path)) throw new UserError(`${path} is missing: restore it from git`);
  return readFileSync(path, "utf8");
}
