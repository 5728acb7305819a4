import { existsSync, readFileSync } from "node:fs";
import { modelTitle, taskTitle } from "../figures/index.js";
import { inOrder } from "../figures/names.js";
import { type Interval, median, percentText } from "../stats/index.js";
import { type AttemptResult, attemptResults } from "../studies/accuracy.js";
import { studies } from "../studies/index.js";
import {
  type AnyRecord,
  type Comparison,
  compare,
  completed,
  findRecords,
  learnedAfter,
  type ModelSummary,
  publishedOf,
  type RunRecord,
  recordsOf,
  referenceStore,
  type Study,
  summarizeModels,
  summarizeTasks,
  type TaskRecord,
  type TaskSummary,
} from "../study/index.js";
import { UserError } from "../support/user-error.js";

const BEGIN = (name: string) => `<!-- ${name}: generated from the records by \`make results-page\` -->`;
const END = (name: string) => `<!-- /${name} -->`;
const none = "–";

/** A fraction as per cent, with a true minus sign, which is as wide as a plus; what rounds to 0 has no sign. */
function percent(value: number | null, digits = 1): string {
  if (value === null) return none;
  const text = percentText(value, digits);
  return /[1-9]/.test(text) ? text.replace("-", "−") : text.replace("-", "");
}
const between = (interval: Interval | null, text: (value: number) => string = percent) =>
  interval ? `${text(interval.low)} to ${text(interval.high)}` : none;

/** A p value with two significant digits; what is below a thousandth stays on one line. */
const pText = (p: number): string => (p < 0.001 ? "<\u00a00.001" : p >= 0.995 ? "1" : p.toPrecision(2));

/** Bits of a task's cost with two significant digits; below a thousandth it is as good as nothing. */
function bitsText(cost: number): string {
  if (cost < 0.001) return "0.00";
  if (cost >= 10_000) return cost.toExponential(0).replace("e+", "e");
  return cost >= 100 ? cost.toFixed(0) : String(Number(cost.toPrecision(2)));
}

/** A table in Markdown; all columns but the first `left` are aligned right. */
function table(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i < left ? ":--" : "--:"))), ...rows.map(line)].join("\n");
}

/** The published study's models beside what was published. */
export function resultMarkdown(records: readonly RunRecord[]): string {
  const models = summarizeModels(records, publishedOf(studies.published));
  const seeds = [...new Set(models.map((row) => row.seeds))].join(" to ");
  const mean = `Test accuracy, %, mean ± sd of ${seeds} seeds`;
  return table(
    ["Model", "Parameters", mean, "Range", "Published", "95 % of single runs", "Published plausible?"],
    models.map((row) => [
      modelTitle(row.model),
      String(row.parameters),
      `**${percent(row.mean)}** ± ${percent(row.sd)}`,
      `${percent(row.min)} to ${percent(row.max)}`,
      percent(row.published, 2),
      between(row.single),
      row.plausible === null ? none : row.plausible ? "yes" : "**no**",
    ]),
  );
}

/** The published procedure's models when each draws its own learning rates. */
function drawsMarkdown(records: readonly RunRecord[]): string {
  return table(
    ["Model", "Seeds", "Test accuracy, %, mean ± sd", "Range"],
    summarizeModels(records).map(({ model, seeds, mean, sd, min, max }) => [
      modelTitle(model),
      String(seeds),
      `**${percent(mean)}** ± ${percent(sd)}`,
      `${percent(min)} to ${percent(max)}`,
    ]),
  );
}

/**
 * Models down, parts across: mean and spread after the last epoch, in parentheses after the one with the best
 * validation accuracy.
 */
function accuracyMarkdown(study: Study<RunRecord>, records: readonly RunRecord[]): string {
  const parts = study.parts.map(({ name }) => summarizeModels(records.filter(({ protocol }) => protocol === name)));
  const names = [...new Set(parts.flatMap((models) => models.map(({ model }) => model)))];
  const cell = (summary: ModelSummary | undefined) => {
    if (!summary) return none;
    const { mean, sd, atBestValidation: best } = summary;
    return `**${percent(mean)}** ± ${percent(sd)} (${percent(best)})`;
  };
  return table(
    ["Model", "Parameters", ...study.parts.map(({ title, name }) => title ?? name)],
    names.map((name) => {
      const found = parts.map((models) => models.find(({ model }) => model === name));
      const parameters = new Set(found.flatMap((summary) => (summary ? [summary.parameters] : [])));
      return [modelTitle(name), [...parameters].join(", "), ...found.map(cell)];
    }),
  );
}

/** What a study planned, or what describes it, a row a comparison. */
function comparisonMarkdown(study: Study<RunRecord>, comparisons: readonly Comparison[]): string {
  const titleOf = (part: string) => study.parts.find(({ name }) => name === part)?.title ?? part;
  return table(
    ["Question", "Part", "Model", "Against", "Difference, points", "95 %", "p, corrected", "Outcome"],
    comparisons.map(({ family, part, model, against, mean, interval, corrected, outcome }) => [
      family,
      titleOf(part),
      modelTitle(model),
      modelTitle(against),
      percent(mean),
      between(interval),
      pText(corrected),
      outcomeText(outcome),
    ]),
    4,
  );
}

function attemptMarkdown(results: readonly AttemptResult[]): string {
  return table(
    ["Attempt", "Parameters", "Seeds", "Validation, %", "Test, %", "95 % over seeds"],
    results.map(({ what, parameters, seeds, validation, mean, interval }) => [
      what,
      String(parameters),
      String(seeds),
      percent(validation),
      `**${percent(mean)}**`,
      between(interval),
    ]),
  );
}

const costText = ({ lengths, converged, seeds }: TaskSummary) =>
  `${bitsText(lengths[0]!.cost)} (${converged}/${seeds})`;

/** Tasks down, models across: cost at the longest length of the training, and the runs that learned the task. */
function costMarkdown(records: readonly TaskRecord[]): string {
  const summaries = summarizeTasks(records);
  const models = inOrder(summaries.map(({ model }) => model));
  const parts = [...new Set(summaries.map(({ part }) => part))];
  return table(
    ["Task", ...models.map(modelTitle)],
    parts.map((part) => {
      const found = models.map((model) =>
        summaries.find((summary) => summary.part === part && summary.model === model),
      );
      return [taskTitle(part), ...found.map((summary) => (summary ? costText(summary) : none))];
    }),
  );
}

/** Bold where it says something of the two. */
const outcomeText = (outcome: string) => (/^(tie|too few seeds)$/.test(outcome) ? outcome : `**${outcome}**`);

/** What planned comparisons are of, as a table shows it. */
interface Compared {
  heads: [ours: string, theirs: string, share: string];
  told(summary: TaskSummary, runs: readonly TaskRecord[]): string;
}

/** Costs at the longest length of the training. */
const byCost: Compared = {
  heads: ["Bits", "Bits of the other", "Better in"],
  told: ({ lengths: [trained] }) => `${bitsText(trained!.cost)} (${between(trained!.interval, bitsText)})`,
};

/** How soon runs learned their task, the median of all, and how many did. */
const byTime: Compared = {
  heads: ["Sequences until learned", "Those of the other", "Sooner in"],
  told({ converged, seeds }, runs) {
    const after = median(runs.map(learnedAfter));
    return `${Number.isFinite(after) ? after.toLocaleString("en") : none} (${converged}/${seeds})`;
  },
};

/** Planned comparisons, a row each; of models that have all their runs. */
function plannedMarkdown(study: Study<TaskRecord>, records: readonly TaskRecord[], by = byCost): string {
  const comparisons = compare(study, completed(study, records));
  const summaries = summarizeTasks(records);
  const told = (part: string, model: string) =>
    by.told(
      summaries.find((one) => one.part === part && one.model === model)!,
      records.filter(({ protocol, name }) => protocol === part && name === model),
    );
  return table(
    ["Question", "Task", "Model", "Against", ...by.heads, "p", "p, corrected", "Outcome"],
    comparisons.map(({ family, part, model, against, better, interval, p, corrected, outcome }) => [
      family,
      taskTitle(part),
      modelTitle(model),
      modelTitle(against),
      told(part, model),
      told(part, against),
      `${percent(better, 0)} % (${between(interval, (share) => percent(share, 0))})`,
      pText(p),
      pText(corrected),
      outcomeText(outcome),
    ]),
    4,
  );
}

/** Tasks down, pairs across: outcomes at the longest length of the training. */
function outcomeMarkdown(comparisons: readonly Comparison[]): string {
  const trained = comparisons.filter(({ place }) => place === 0);
  const nameOf = ({ model, against }: Comparison) => `${modelTitle(model)} against ${modelTitle(against)}`;
  const pairs = [...new Set(trained.map(nameOf))];
  const cell = (one: Comparison | undefined) =>
    !one ? none : /wins|loses/.test(one.outcome) ? `**${one.outcome}**` : one.outcome.replace(" learned it", "");
  return table(
    ["Task", ...pairs],
    [...new Set(trained.map(({ part }) => part))].map((part) => {
      const own = trained.filter((comparison) => comparison.part === part);
      return [taskTitle(part), ...pairs.map((pair) => cell(own.find((one) => nameOf(one) === pair)))];
    }),
  );
}

/** Variants of the focus down, tasks across; bold: better or worse than the default by more than chance. */
function focusMarkdown(short: readonly TaskRecord[], long: readonly TaskRecord[]): string {
  const summaries = summarizeTasks([...short, ...long]);
  const real = [...compare(studies.focus, short), ...compare(studies["focus-long"], long)].filter(
    ({ place, outcome }) => place === 0 && /wins|loses/.test(outcome),
  );
  const parts = [...new Set(summaries.map(({ part }) => part))];
  const cell = (part: string, model: string) => {
    const found = summaries.find((summary) => summary.part === part && summary.model === model);
    if (!found) return none;
    const apart = real.some((one) => one.part === part && one.model === model && one.against === "default");
    return apart ? `**${costText(found)}**` : costText(found);
  };
  return table(
    ["Variant", ...parts.map(taskTitle)],
    [...new Set(summaries.map(({ model }) => model))].map((model) => [
      `\`${model}\``,
      ...parts.map((part) => cell(part, model)),
    ]),
  );
}

/** The evaluation runs that docs/results.md rests on, by study. */
export type ResultsRecords = {
  [K in keyof typeof studies]: (typeof studies)[K] extends Study<infer R> ? readonly R[] : never;
};

/** All generated tables of docs/results.md, by name. */
export function resultsParts(records: ResultsRecords): Record<string, string> {
  const { published, draws, sound, clipped, accuracy, long, reach, rates, range, focus } = records;
  const inQuestion = (study: Study<RunRecord>, runs: readonly RunRecord[]) =>
    comparisonMarkdown(
      study,
      compare(study, runs).filter(({ family }) => family !== "description"),
    );
  return {
    results: resultMarkdown(published),
    published: comparisonMarkdown(studies.published, compare(studies.published, published)),
    draws: drawsMarkdown(draws),
    sound: accuracyMarkdown(studies.sound, sound),
    comparisons: inQuestion(studies.sound, sound),
    clipped: accuracyMarkdown(studies.clipped, clipped),
    "clipped-comparisons": inQuestion(studies.clipped, clipped),
    attempts: attemptMarkdown(attemptResults(accuracy)),
    long: costMarkdown([...long, ...completed(studies.rates, rates)]),
    "long-comparisons": plannedMarkdown(studies.long, long),
    reach: plannedMarkdown(studies.reach, reach),
    rates: plannedMarkdown(studies.rates, rates),
    "learning-time": plannedMarkdown(studies["learning-time"], records["learning-time"], byTime),
    "paper-size": costMarkdown(records["paper-size"]),
    "paper-size-comparisons": plannedMarkdown(studies["paper-size"], records["paper-size"]),
    range: costMarkdown(range),
    "range-outcomes": outcomeMarkdown(compare(studies.range, range)),
    focus: focusMarkdown(focus, completed(studies["focus-long"], records["focus-long"])),
  };
}

/** The repository's records. @throws UserError when one of the published study is missing */
export function referenceRecords(): ResultsRecords {
  const store = referenceStore();
  const [missing] = findRecords(studies.published, store).flatMap((found) => found.missing);
  if (missing)
    throw new UserError(`${store.where(missing)} lacks a run: restore it from git, or run \`make reference\``);
  return Object.fromEntries(
    Object.entries<Study>(studies).map(([name, study]) => [name, recordsOf<AnyRecord>(study, store)]),
  ) as unknown as ResultsRecords;
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
