import { modelTitle } from "../figures/theme.js";
import { seedsPaired, seedsUnpaired } from "../stats/index.js";
import {
  type AccuracyComparison,
  ALPHA,
  compareModels,
  FALLING,
  type ModelSummary,
  type RunRecord,
  summarizeModels,
} from "../study/index.js";
import { atBestValidation } from "../study/selection.js";
import { between, count, list, oneOrMore, paragraph, percent, pointsBetween, titles } from "./text.js";

/** A difference that one would want to see. */
const POINT = 0.01;

/** How many seeds a model it takes to see a difference of one point, with seeds in common and without; null where nothing is known. */
export function seedsNeeded(
  pairs: readonly AccuracyComparison[],
  models: readonly ModelSummary[],
): { paired: string; unpaired: string } | null {
  const sdOf = new Map(models.map(({ model, sd }) => [model, sd]));
  const known = pairs.flatMap(({ model, against, sd }) => {
    const [one, other] = [sdOf.get(model) ?? null, sdOf.get(against) ?? null];
    return sd === null || one === null || other === null ? [] : [{ sd, apart: Math.sqrt((one * one + other * other) / 2) }];
  });
  if (known.length === 0) return null;
  const goal = { difference: POINT };
  return {
    paired: span(known.map(({ sd }) => seedsPaired(sd, goal))),
    unpaired: span(known.map(({ apart }) => seedsUnpaired(apart, goal))),
  };
}

/** The same as a sentence. */
export function seedsSentence(pairs: readonly AccuracyComparison[], models: readonly ModelSummary[]): string {
  const needed = seedsNeeded(pairs, models);
  if (!needed) return "";
  const which = pairs.length === 1 ? ` between ${modelTitle(pairs[0]!.model)} and ${modelTitle(pairs[0]!.against)}` : "";
  return `Seeing a difference of 1 point${which} with 80 % power, in one comparison by itself, takes ${needed.paired} seeds a model if they share seeds, ${needed.unpaired} if they don't.`;
}

/** What the test set leaves open, whatever the seeds, and what the seeds do. */
export function uncertaintySentence(models: readonly ModelSummary[], of: number): string {
  const intervals = models.flatMap(({ interval }) => (interval ? [half(interval)] : []));
  const seeds = `; the seeds leave the means open by ± ${between(intervals)} points (bootstrap)`;
  return paragraph(
    `${testSetClause(models, of)} (95 %, Wilson), however many seeds there are${intervals.length > 0 ? seeds : ""}.`,
    intervals.length > 0 ? "Intervals over seeds, of means and of differences, hold for these test samples." : "",
  );
}

/** "The choice of the 800 test samples alone leaves an accuracy open by ± 2.7 to 3.4 points". */
export function testSetClause(models: readonly ModelSummary[], of: number): string {
  const open = between(models.map(({ testSet }) => half(testSet)));
  return `The choice of the ${count(of, "test sample")} alone leaves an accuracy open by ± ${open} points`;
}

function half({ low, high }: { low: number; high: number }): number {
  return (high - low) / 2;
}

/** Whether it matters that the last epoch is reported, and not the one with the best validation accuracy. */
export function selectionSentence(records: readonly RunRecord[], comparisons: readonly AccuracyComparison[]): string {
  const best = atBestValidation(records);
  if (best.length < records.length || records.length === 0) return "";
  const last = new Map(summarizeModels(records).map(({ model, mean }) => [model, mean]));
  const changes = pointsBetween(summarizeModels(best).map(({ model, mean }) => mean - last.get(model)!));
  const start = "Taken after the epoch with the best validation accuracy instead of the last";
  const models = oneOrMore(last.size, "the mean changes", "the means change");
  const others = compareModels(best);
  const name = ({ model, against }: AccuracyComparison) => `${modelTitle(model)} and ${modelTitle(against)}`;
  const changed = (from: readonly AccuracyComparison[], to: readonly AccuracyComparison[]) =>
    from.filter((pair, i) => pair.real && !to[i]!.real).map((pair) => `that between ${name(pair)}`);
  const [gone, come] = [changed(comparisons, others), changed(others, comparisons)];
  if (gone.length + come.length > 0) {
    return paragraph(
      `${start}, ${models} by ${changes}.`,
      come.length > 0 ? `By it, further differences are real: ${list(come)}.` : "",
      gone.length > 0 ? `By it, no longer real: ${list(gone)}.` : "",
    );
  }
  const anyReal = comparisons.some(({ real }) => real);
  const verdict = anyReal ? "the same differences are real" : `no difference is real either (p < ${ALPHA})`;
  return comparisons.length > 0 ? `${start}, ${models} by ${changes}, and ${verdict}.` : `${start}, ${models} by ${changes}.`;
}

/** Whether the runs were long enough for their losses to become flat. */
export function budgetSentence(models: readonly ModelSummary[], records: readonly RunRecord[]): string {
  const known = models.filter(({ lastTenth }) => lastTenth.trainLoss !== null);
  const epochs = records.find((record) => record.name === known[0]?.model && !record.diverged)?.curve.length;
  if (epochs === undefined) return "";
  const last = `Over the last ${Math.max(3, Math.ceil(epochs / 10))} of ${count(epochs, "epoch")}`;
  const slightly = `by more than ${percent(FALLING, 0)} %`;
  const clause = (key: "trainLoss" | "validationLoss") => {
    const loss = key === "trainLoss" ? "training loss" : "validation loss";
    const measured = known.filter(({ lastTenth }) => lastTenth[key] !== null);
    if (measured.length === 0) return [];
    const falling = measured.filter(({ lastTenth }) => lastTenth[key]! < -FALLING);
    if (falling.length === 0) return [`no ${loss} falls ${slightly}`];
    const shares = between(falling.map(({ lastTenth }) => -lastTenth[key]!));
    return [`the ${loss} of ${titles(falling.map(({ model }) => model))} still falls by ${shares} %`];
  };
  const falls = known.some(({ lastTenth }) => Math.min(lastTenth.trainLoss!, lastTenth.validationLoss ?? 0) < -FALLING);
  const clauses = falls ? [...clause("trainLoss"), ...clause("validationLoss")] : [`no loss falls ${slightly}`];
  return `${last}, ${list(clauses)}.`;
}

/** Which runs failed, and which trials of their searches. */
export function divergenceSentences(models: readonly ModelSummary[]): string {
  const failed = models.filter(({ diverged }) => diverged > 0);
  return paragraph(
    ...failed.map(({ model, diverged, seeds }) => {
      const left = diverged === 1 ? "counts with the accuracy it was" : "count with the accuracies they were";
      return `${diverged} of ${count(seeds, "run")} of ${modelTitle(model)} diverged and ${left} left with.`;
    }),
    ...models.flatMap(({ model, divergedTrials, trials }) =>
      divergedTrials > 0
        ? [`${divergedTrials} of ${count(trials, "trial")} of ${modelTitle(model)} for a learning rate diverged and scored 0.`]
        : [],
    ),
  );
}

/** "12", or "12 to 34" where they differ. */
function span(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toLocaleString("en-US"));
  return low === high ? low! : `${low} to ${high}`;
}
