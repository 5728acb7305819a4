import { taskTitle } from "../figures/task-title.js";
import { median } from "../stats/index.js";
import { studies } from "../studies/index.js";
import { type Comparison, compare, summarizeTasks, type TaskRecord, type TaskSummary } from "../study/index.js";
import { bitsText } from "./tasks.js";
import { bullets, labelled, list, paragraph } from "./text.js";

/** Variants of jumps beside local shifts; the others are starts and bounds of the focus. */
const JUMPS = ["local", "mixture", "read-jumps", "write-jumps"];

const code = (name: string) => `\`${name}\``;

/** "`needle` (9 of 10 runs)": the variants with the most converged runs. */
function bestOf(summaries: readonly TaskSummary[]): string {
  const most = Math.max(...summaries.map(({ converged }) => converged));
  const best = summaries.filter(({ converged }) => converged === most);
  return `${list(best.map(({ model }) => code(model)))} (${most} of ${best[0]!.seeds} runs)`;
}

/** Of several variants with the most converged runs the one that took the fewest sequences, beside the default. */
function fastestOf(summaries: readonly TaskSummary[]): string {
  const most = Math.max(...summaries.map(({ converged }) => converged));
  const best = summaries.filter(({ converged }) => converged === most);
  if (best.length < 2) return "";
  const fastest = best.reduce((a, b) => (b.sequences! < a.sequences! ? b : a));
  const start = summaries.find(({ model }) => model === "default");
  const beside = start && start !== fastest && start.sequences !== null ? `, ${code("default")} after ${sequences(start)}` : "";
  return ` Fastest of these is ${code(fastest.model)}, after ${sequences(fastest)} sequences in the median${beside}.`;
}

const sequences = (summary: TaskSummary) => summary.sequences!.toLocaleString("en-US");

/** Which variants a task's corrected comparisons set apart from the default. */
function apart(comparisons: readonly Comparison[], outcome: "wins" | "loses"): string {
  const found = comparisons.filter((comparison) => comparison.place === 0 && comparison.outcome === outcome);
  return list(found.map(({ model }) => code(model)));
}

function taskBullet(part: string, summaries: readonly TaskSummary[], comparisons: readonly Comparison[]): string {
  const own = summaries.filter((summary) => summary.part === part);
  const compared = comparisons.filter((comparison) => comparison.part === part);
  const start = own.find(({ model }) => model === "default");
  const [wins, loses] = [apart(compared, "wins"), apart(compared, "loses")];
  const converges = own.some(({ converged }) => converged > 0);
  return labelled(
    capital(taskTitle(part)),
    paragraph(
      start
        ? `${code("default")}: ${start.converged} of ${start.seeds} runs converge, ${bitsText(start.lengths[0]!.cost)} bits a sequence (median).`
        : "",
      converges ? `Most runs converge of ${bestOf(own)}.${fastestOf(own)}` : "No run of any variant converges.",
      wins ? `Better than ${code("default")}: ${wins}.` : `Nothing is better than ${code("default")} by more than chance.`,
      loses ? `Worse: ${loses}.` : "",
    ),
  );
}

/** Where the width of a task's heads ends up, over all variants that say one number. */
function endBullet(records: readonly TaskRecord[], part: string): string {
  const own = records.filter((record) => record.protocol === part && record.sequencesToConverge !== null);
  const of = (head: string, parameter: string) =>
    own.flatMap(({ heads }) =>
      heads
        .filter((row) => row.head === head && row.parameter === parameter && row.due === (head === "read"))
        .map((row) => row.median[0]!),
    );
  const said = ["write", "read"].flatMap((head) => {
    const [sigma, delta] = [of(head, "sigma"), of(head, "delta").map(Math.abs)];
    if (sigma.length === 0) return [];
    return [`${head} heads ${median(sigma).toPrecision(2)} with shifts of ${median(delta).toPrecision(2)} slots either way`];
  });
  return said.length > 0
    ? labelled(
        `Where sigma and delta end up, ${taskTitle(part)}`,
        `in runs that converged, median over runs of all variants and their steps: ${list(said)}.`,
      )
    : "";
}

/**
 * Which start of the focus trains best, and whether jumps and local shifts do better together, in Markdown.
 *
 * @param records evaluation runs of the study of the focus
 * @throws UserError for a cost that isn't a number
 */
export function focusVerdict(records: readonly TaskRecord[]): string {
  if (records.length === 0) return "No run of the study of the focus has been made yet: `make study STUDY=focus` makes them.";
  const comparisons = compare(studies.focus, records);
  const summaries = summarizeTasks(records);
  const parts = [...new Set(records.map(({ protocol }) => protocol))];
  const focus = <T extends { model: string }>(all: readonly T[]) => all.filter(({ model }) => !JUMPS.includes(model));
  const jumps = <T extends { model: string }>(all: readonly T[]) =>
    all.filter(({ model }) => JUMPS.includes(model) || model === "default");
  return [
    "**The start of the focus**",
    bullets(...parts.map((part) => taskBullet(part, focus(summaries), focus(comparisons)))),
    bullets(...parts.map((part) => endBullet(records, part))),
    "**Jumps and local shifts**",
    bullets(...parts.map((part) => taskBullet(part, jumps(summaries), jumps(comparisons)))),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
