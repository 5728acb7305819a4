import { taskTitle } from "../figures/task-title.js";
import { inOrder, modelTitle } from "../figures/theme.js";
import type { Interval } from "../stats/index.js";
import { studies } from "../studies/index.js";
import { type Comparison, compare, type Pair, summarizeTasks, type TaskRecord, type TaskSummary } from "../study/index.js";
import { bullets, count, counts, labelled, list, paragraph, percent, pText, table } from "./text.js";

/** The pairs that the study of long range planned. */
const rangePairs = studies.range.families[0]!.pairs as readonly Pair[];

/** Bits of a task's cost with two significant digits; below a thousandth it is as good as nothing. */
export function bitsText(cost: number): string {
  if (cost < 0.001) return "0.00";
  if (cost >= 10_000) return cost.toExponential(0).replace("e+", "e");
  return cost >= 100 ? cost.toFixed(0) : String(Number(cost.toPrecision(2)));
}

const between = ({ low, high }: Interval) => `${bitsText(low)} to ${bitsText(high)}`;

/**
 * Cost at the longest length of the training and converged runs, tasks down, models across, in Markdown.
 *
 * @returns bits per sequence, medians over seeds
 * @throws UserError for a cost that isn't a number
 */
export function taskCostTable(records: readonly TaskRecord[]): string {
  const summaries = summarizeTasks(records);
  const models = inOrder(summaries.map(({ model }) => model));
  const parts = [...new Set(summaries.map(({ part }) => part))];
  const cell = (summary: TaskSummary | undefined) => {
    if (!summary) return "–";
    const { cost } = summary.lengths[0]!;
    return `${bitsText(cost)} (${summary.converged}/${summary.seeds})`;
  };
  return table(
    ["Task", ...models.map(modelTitle)],
    parts.map((part) => [
      taskTitle(part),
      ...models.map((model) => cell(summaries.find((summary) => summary.part === part && summary.model === model))),
    ]),
  );
}

/** Wins, losses and ties on every task at one, two and four times the length of the training, pairs across, in Markdown. */
export function taskOutcomeTable(comparisons: readonly Comparison[]): string {
  const pairs = [
    ...new Map(comparisons.map(({ model, against }) => [`${model} ${against}`, [model, against] as const])).values(),
  ];
  const parts = [...new Set(comparisons.map(({ part }) => part))];
  return table(
    ["Task", ...pairs.map(([model, against]) => `${modelTitle(model)} against ${modelTitle(against)}`)],
    parts.map((part) => [
      taskTitle(part),
      ...pairs.map(([model, against]) => {
        const own = comparisons.filter((c) => c.part === part && c.model === model && c.against === against);
        return own.length > 0 ? own.map(({ outcome }) => (outcome === "tie" ? "tie" : `**${outcome}**`)).join(", ") : "–";
      }),
    ]),
  );
}

/** On which tasks a pair's first model wins, loses or ties, length by length. */
function pairSentence(comparisons: readonly Comparison[], [model, against]: Pair): string {
  const own = comparisons.filter((comparison) => comparison.model === model && comparison.against === against);
  const at = (place: number, when: string) => {
    const there = own.filter((comparison) => comparison.place === place);
    const named = (outcome: Comparison["outcome"]) =>
      list(there.filter((comparison) => comparison.outcome === outcome).map(({ part }) => taskTitle(part)));
    const said = (["wins", "loses"] as const).flatMap((outcome) => (named(outcome) ? [`${outcome} on ${named(outcome)}`] : []));
    const ties = named("tie");
    const unlearned = there.filter(({ outcome }) => outcome === "neither learned it").length;
    const rest = [ties && `ties on ${ties}`, unlearned > 0 ? `${unlearned} that neither learned` : ""];
    return there.length > 0 ? `${when} ${list([...said, ...rest].filter(Boolean))}` : "";
  };
  const parts = [at(0, "at the training's lengths"), at(1, "at twice"), at(2, "at four times")].filter(Boolean);
  return parts.length > 0 ? `${modelTitle(model)}: ${parts.join("; ")}.` : "";
}

/** The costs of two models on a task, with how sure it is that they differ. */
function costSentence(summaries: readonly TaskSummary[], comparison: Comparison): string {
  const of = (model: string) => {
    const summary = summaries.find((one) => one.part === comparison.part && one.model === model)!;
    const { cost, interval } = summary.lengths[comparison.place]!;
    return `${modelTitle(model)} ${bitsText(cost)} bits (${between(interval)}), ${summary.converged} of ${summary.seeds} runs converged`;
  };
  return `${of(comparison.model)}; ${of(comparison.against)}; ${pText(comparison.corrected)}`;
}

/** Whether what wins is the reach of a single step: discrete shifts that reach as far then do as well. */
function propertySentence(comparisons: readonly Comparison[]): string {
  const won = comparisons.filter(
    (c) => c.model === "dms-periodic" && c.against === "ntm" && c.place === 0 && c.outcome === "wins",
  );
  if (won.length === 0) return "";
  const wide = won.map(({ part }) => ({
    part,
    outcome: comparisons.find((c) => c.part === part && c.model === "dms-periodic" && c.against === "ntm-wide" && c.place === 0)
      ?.outcome,
  }));
  const tasks = (outcome: string) => list(wide.filter((one) => one.outcome === outcome).map(({ part }) => taskTitle(part)));
  const parts = [
    tasks("tie") &&
      `On ${tasks("tie")} a discrete shift that reaches ten slots either way does as well: what wins there is how far a head gets in one step, not that the shift is continuous.`,
    tasks("wins") &&
      `On ${tasks("wins")} the continuous shift also beats a discrete one of the same reach: two numbers, delta and sigma, are easier to learn than 21 logits.`,
    tasks("loses") && `On ${tasks("loses")} a discrete shift that reaches ten slots either way does better still.`,
  ];
  return paragraph(...parts.filter((part) => part !== ""));
}

/**
 * Whether the discrete NTM learns the copy task of Graves et al. (2014) and carries it to six times the length, in Markdown; "" without records.
 *
 * @param records evaluation runs of the study `ntm-paper`; those with the paper's own optimiser count
 * @throws UserError for a cost that isn't a number
 */
export function ntmPaperSentence(records: readonly TaskRecord[]): string {
  const own = records.filter(({ config }) => config.training.optimizer === "rmsprop");
  const summary = summarizeTasks(own)[0];
  if (!summary) return "";
  const { converged, seeds, share, sequences } = summary;
  const longest = summary.lengths.at(-1)!.length;
  const perfect = own.filter(({ tests }) => tests.at(-1)!.perfect === 1).length;
  const [, trained] = own[0]!.config.task.lengths;
  return labelled(
    "The NTM paper's copy task, at its size and with its optimiser",
    paragraph(
      `${converged} of ${count(seeds, "run")} of our discrete NTM converge (95 %: ${percent(share.low, 0)} to ${percent(share.high, 0)} %)` +
        `${sequences === null ? "" : `, after ${sequences.toLocaleString("en-US")} sequences in the median`}.`,
      `Trained on up to ${trained} vectors, ${perfect} of ${seeds} copy every one of ${count(own[0]!.config.test.sequences, "test sequence")} of ${longest} vectors without a wrong bit.`,
    ),
  );
}

/** Whether a win against local shifts stands at one learning rate for both, where the study of the focus has both (`default` and `local`). */
function sameRateSentence(won: readonly Comparison[], focus: readonly TaskRecord[]): string {
  const comparisons = compare(studies.focus, focus);
  const summaries = summarizeTasks(focus);
  return paragraph(
    ...won.flatMap(({ part }) => {
      const task = taskTitle(part);
      const of = (model: string) => summaries.find((one) => taskTitle(one.part) === task && one.model === model);
      const [local, jumping] = [of("local"), of("default")];
      const outcome = comparisons.find((c) => taskTitle(c.part) === task && c.model === "local" && c.place === 0)?.outcome;
      if (!local || !jumping || !outcome) return [];
      const runs = `${jumping.converged} of ${jumping.seeds} runs of DMS-NTM periodic and ${local.converged} of ${local.seeds} of NTM converge`;
      if (outcome === "neither learned it")
        return [`On ${task} with ${local.learningRate} for both (${runs}) neither learns it.`];
      const stands = outcome === "loses" ? "the win stands." : "no difference is left: that win hangs on the learning rate.";
      return [`On ${task} with ${local.learningRate} for both (${runs}) ${stands}`];
    }),
  );
}

/**
 * Where continuous shifts win, lose or tie, in Markdown: a bullet a rival, then the tasks that they win with costs and intervals.
 *
 * @param records evaluation runs of the study of long range
 * @param focus those of the study of the focus, in which all have the same learning rate
 * @throws UserError for a cost that isn't a number
 */
export function rangeVerdict(records: readonly TaskRecord[], focus: readonly TaskRecord[] = []): string {
  if (records.length === 0) return "No run of the study of long range has been made yet: `make study STUDY=range` makes them.";
  const comparisons = compare(studies.range, records);
  const summaries = summarizeTasks(records);
  const rivals = [...new Set(rangePairs.map(([, against]) => against))];
  const against = rivals.map((rival) =>
    labelled(
      `Against ${modelTitle(rival)}`,
      paragraph(...rangePairs.filter(([, name]) => name === rival).map((pair) => pairSentence(comparisons, pair))),
    ),
  );
  const decided = comparisons.filter(
    (c) => c.model === "dms-periodic" && c.against === "ntm" && c.place === 0 && ["wins", "loses"].includes(c.outcome),
  );
  const costs = decided.map((comparison) =>
    labelled(
      `${capital(taskTitle(comparison.part))}, DMS-NTM periodic ${comparison.outcome}`,
      `${costSentence(summaries, comparison)}.`,
    ),
  );
  const unmade = studies.range.parts.filter(({ name }) => records.every((record) => record.protocol !== name));
  const missing = unmade.map(({ name }) => taskTitle(name));
  const seeds = counts(
    summaries.map((summary) => summary.seeds),
    "seed",
  );
  return [
    `Costs in bits per sequence, median of ${seeds}; in parentheses the runs that converged while training.`,
    taskCostTable(records),
    missing.length > 0 ? `No run has been made yet on ${list(missing)}: \`make study STUDY=range\` makes them.` : "",
    bullets(
      ...against,
      ...costs,
      labelled("What property wins", propertySentence(comparisons)),
      labelled(
        "At the same learning rate",
        sameRateSentence(
          decided.filter(({ outcome }) => outcome === "wins"),
          focus,
        ),
      ),
    ),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
