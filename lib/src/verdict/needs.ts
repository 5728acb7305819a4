import { modelTitle } from "../figures/theme.js";
import { type Comparison, FALLING, type ModelSummary, type RunRecord, seedsPaired, seedsUnpaired } from "../study/index.js";
import { count, list, paragraph, percent, titles } from "./text.js";

/** A difference that one would want to see. */
const POINT = 0.01;

/** How many seeds it takes to see a difference of one point. */
export function seedsSentence(pairs: readonly Comparison[], models: readonly ModelSummary[]): string {
  const sdOf = new Map(models.map(({ model, sd }) => [model, sd]));
  const known = pairs.flatMap(({ model, against, sd }) => {
    const [one, other] = [sdOf.get(model) ?? null, sdOf.get(against) ?? null];
    return sd === null || one === null || other === null ? [] : [{ sd, apart: Math.sqrt((one * one + other * other) / 2) }];
  });
  if (known.length === 0) return "";
  const goal = { difference: POINT };
  const paired = span(known.map(({ sd }) => seedsPaired(sd, goal)));
  const unpaired = span(known.map(({ apart }) => seedsUnpaired(apart, goal)));
  const which = pairs.length === 1 ? ` between ${modelTitle(pairs[0]!.model)} and ${modelTitle(pairs[0]!.against)}` : "";
  return `Seeing a difference of 1 point${which} with 80 % power, in one comparison by itself, takes ${paired} seeds a model if they share seeds, ${unpaired} if they don't.`;
}

/** What the test set leaves open, whatever the seeds, and what the seeds do. */
export function uncertaintySentence(models: readonly ModelSummary[], of: number): string {
  const half = ({ low, high }: { low: number; high: number }) => (high - low) / 2;
  const within = spread(models.map(({ testSet }) => half(testSet)));
  const between = models.flatMap(({ interval }) => (interval ? [half(interval)] : []));
  const seeds = between.length > 0 ? `; the seeds leave the means open by ± ${spread(between)} points (bootstrap)` : "";
  return `The choice of the ${count(of, "test sample")} alone leaves an accuracy open by ± ${within} points (95 %, Wilson), however many seeds there are${seeds}.`;
}

/** Whether the runs were long enough for their losses to become flat. */
export function budgetSentence(models: readonly ModelSummary[], records: readonly RunRecord[]): string {
  const known = models.filter(({ lastTenth }) => lastTenth.trainLoss !== null);
  const epochs = records.find((record) => record.name === known[0]?.model && !record.diverged)?.curve.length;
  if (epochs === undefined) return "";
  const last = Math.max(3, Math.ceil(epochs / 10));
  const falling = (key: "trainLoss" | "validationLoss") => {
    const which = known.filter(({ lastTenth }) => (lastTenth[key] ?? 0) < -FALLING);
    const shares = which.map(({ lastTenth }) => Math.abs(lastTenth[key]!));
    const loss = key === "trainLoss" ? "training" : "validation";
    return which.length > 0
      ? [`the ${loss} loss of ${titles(which.map(({ model }) => model))} still falls by ${spread(shares)} %`]
      : [];
  };
  const still = [...falling("trainLoss"), ...falling("validationLoss")];
  if (still.length > 0) return `The budget of ${epochs} epochs ends early: over its last ${last}, ${list(still)}.`;
  return `Within the budget of ${epochs} epochs the losses become flat: over its last ${last}, none falls by more than ${percent(FALLING, 0)} %.`;
}

/** Which runs failed. */
export function divergenceSentences(models: readonly ModelSummary[]): string {
  const failed = models.filter(({ diverged }) => diverged > 0);
  return paragraph(
    ...failed.map(({ model, diverged, seeds }) => {
      const left = diverged === 1 ? "counts with the accuracy it was" : "count with the accuracies they were";
      return `${diverged} of ${count(seeds, "run")} of ${modelTitle(model)} diverged and ${left} left with.`;
    }),
  );
}

/** "12", or "12 to 34" where they differ. */
function span(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toLocaleString("en-US"));
  return low === high ? low! : `${low} to ${high}`;
}

/** "1.2", or "1.2 to 3.4", in per cent or points. */
function spread(fractions: readonly number[]): string {
  const [low, high] = [Math.min(...fractions), Math.max(...fractions)].map((value) => percent(value));
  return low === high ? low! : `${low} to ${high}`;
}
