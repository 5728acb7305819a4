import { existsSync, readFileSync } from "node:fs";
import { UserError } from "../check.js";
import { modelTitle } from "../figures/theme.js";
import { type ModelResult, modelResults, percentText, plan, type RunRecord, referenceStore } from "../study/index.js";
import { type VerdictRecords, verdictMarkdown, verdictRecords } from "../verdict/index.js";

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

/** What the records say, in two or three sentences. */
export function findingMarkdown(records: readonly RunRecord[]): string {
  const rows = modelResults(records);
  const list = (items: string[]) => (items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`);
  const means = rows.map((row) => `${modelTitle(row.model)} ${percent(row.mean)} ± ${percent(row.sd)} %`);
  const judged = rows.filter((row) => row.plausible !== null);
  const odd = judged.filter((row) => !row.plausible).map((row) => modelTitle(row.model));
  const verdict =
    odd.length > 0
      ? `${odd.length === 1 ? "The published value" : "The published values"} of ${list(odd)} ${odd.length === 1 ? "is no plausible draw" : "are no plausible draws"} from the runs made here.`
      : judged.length > 0
        ? "Every published value is a plausible draw from the runs made here."
        : "";
  const seeds = rows[0]!.seeds;
  return [
    `Test accuracy over ${seeds} ${seeds === 1 ? "seed" : "seeds"} a model (mean ± sd): ${list(means)}.`,
    verdict,
    rankingSentence(rows),
  ]
    .filter(Boolean)
    .join(" ");
}

/** Whether the published order of the recurrent models can be told from chance, by the spread between seeds. */
function rankingSentence(rows: readonly ModelResult[]): string {
  const recurrent = rows.filter((row) => row.model !== "mlp" && row.sd !== null);
  if (recurrent.length < 2) return "";
  const means = recurrent.map((row) => row.mean);
  const range = Math.max(...means) - Math.min(...means);
  const spread = Math.max(...recurrent.map((row) => row.sd!));
  const relation = range < spread ? "less" : "more";
  return (
    `The means of the recurrent models lie ${percent(range)} points apart, ${relation} than the largest standard deviation between seeds ` +
    `(${percent(spread)} points)${range < spread ? ": one run of each can't rank them." : "."}`
  );
}

/** All generated parts of the README, by name. */
export function readmeParts(records: VerdictRecords): Record<string, string> {
  return {
    finding: findingMarkdown(records.published),
    results: resultMarkdown(records.published),
    verdict: verdictMarkdown(records),
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
