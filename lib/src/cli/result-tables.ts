import { modelTitle, taskTitle } from "../figures/index.js";
import { inOrder } from "../figures/names.js";
import { type Interval, median } from "../stats/index.js";
import { signedPercent } from "../stats/summary.js";
import type { AttemptResult } from "../studies/accuracy.js";
import { studies } from "../studies/index.js";
import {
  type Comparison,
  compare,
  completed,
  learnedAfter,
  type ModelSummary,
  publishedOf,
  type RunRecord,
  type Study,
  summarizeModels,
  summarizeTasks,
  type TaskRecord,
  type TaskSummary,
} from "../study/index.js";
import { byModel } from "../study/metric.js";
import { hasConverged } from "../training/index.js";

const none = "–";

const percent = (value: number | null, digits = 1): string => (value === null ? none : signedPercent(value, digits));
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
export function drawsMarkdown(records: readonly RunRecord[]): string {
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
export function accuracyMarkdown(study: Study<RunRecord>, records: readonly RunRecord[]): string {
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
export function comparisonMarkdown(study: Study<RunRecord>, comparisons: readonly Comparison[]): string {
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

export function attemptMarkdown(results: readonly AttemptResult[]): string {
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

/** Tasks in rows of `rowsOf`, models across. */
function byTask(
  records: readonly TaskRecord[],
  heads: readonly string[],
  rowsOf: (found: readonly (TaskSummary | undefined)[], task: string) => readonly (readonly string[])[],
): string {
  const summaries = summarizeTasks(records);
  const models = inOrder(summaries.map(({ model }) => model));
  const parts = [...new Set(summaries.map(({ part }) => part))];
  return table(
    [...heads, ...models.map(modelTitle)],
    parts.flatMap((part) =>
      rowsOf(
        models.map((model) => summaries.find((summary) => summary.part === part && summary.model === model)),
        taskTitle(part),
      ),
    ),
  );
}

/** Tasks down, models across: cost at the longest length of the training, and the runs that learned the task. */
export const costMarkdown = (records: readonly TaskRecord[]): string =>
  byTask(records, ["Task"], (found, task) => [[task, ...found.map((summary) => (summary ? costText(summary) : none))]]);

/**
 * Tasks and lengths beyond those of the training down, models across: how many per cent of the test's sequences have no
 * wrong answer, the median of the runs, and of how many runs none has.
 */
export const lengthMarkdown = (records: readonly TaskRecord[]): string =>
  byTask(records, ["Task", "Trained up to", "Tested at"], (found, task) => {
    const { trained, lengths } = found.find((summary) => summary !== undefined)!;
    return lengths.flatMap(({ length, optimal }, i) => {
      const cell = (summary: TaskSummary | undefined) => {
        if (!summary) return none;
        const runs = records.filter(({ protocol, name }) => protocol === summary.part && name === summary.model);
        const all = runs.filter(({ tests }) => tests[i]!.perfect === 1).length;
        return `${percent(summary.lengths[i]!.perfect, 0)} (${all}/${runs.length})`;
      };
      // where chance is part of the task nobody can have all right
      return length > trained && optimal === 0 ? [[task, String(trained), String(length), ...found.map(cell)]] : [];
    });
  });

/** Bold where it says something of the two. */
const outcomeText = (outcome: string) => (/^(undecided|too few seeds)$/.test(outcome) ? outcome : `**${outcome}**`);

/** What planned comparisons are of, as a table shows it. */
export interface Compared {
  heads: [ours: string, theirs: string, share: string];
  told(summary: TaskSummary, runs: readonly TaskRecord[]): string;
}

/** Costs at the longest length of the training. */
const byCost: Compared = {
  heads: ["Bits", "Bits of the other", "Better in"],
  told: ({ lengths: [trained] }) => `${bitsText(trained!.cost)} (${between(trained!.interval, bitsText)})`,
};

/** How soon runs learned their task, the median of all, and how many did. */
export const byTime: Compared = {
  heads: ["Sequences until learned", "Those of the other", "Sooner in"],
  told({ converged, seeds }, runs) {
    const after = median(runs.map(learnedAfter));
    return `${Number.isFinite(after) ? after.toLocaleString("en") : none} (${converged}/${seeds})`;
  },
};

/** Planned comparisons, a row each; of models that have all their runs. */
export function plannedMarkdown(study: Study<TaskRecord>, records: readonly TaskRecord[], by = byCost): string {
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
export function outcomeMarkdown(comparisons: readonly Comparison[]): string {
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
export function focusMarkdown(short: readonly TaskRecord[], long: readonly TaskRecord[]): string {
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

/** Whether a run's training was below the threshold at the last three points of its curve, as ends most of them early. */
const threeInARow = ({ curve, config: { training } }: TaskRecord): boolean =>
  hasConverged(curve, { ...training, stopAfter: 3 });

/** Models of which fewer runs would count as learned if all had to have three points in a row. */
export function strictMarkdown(records: readonly TaskRecord[]): string {
  const rows = byModel(records).flatMap((runs) => {
    const learned = runs.filter(({ sequencesToConverge }) => sequencesToConverge !== null);
    const strict = learned.filter(threeInARow).length;
    const { protocol, name } = runs[0]!;
    return strict < learned.length
      ? [[taskTitle(protocol), modelTitle(name), `${learned.length}/${runs.length}`, `${strict}/${runs.length}`]]
      : [];
  });
  return table(["Task", "Model", "Learned", "With three points in a row"], rows, 2);
}
