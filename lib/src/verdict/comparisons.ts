import { modelTitle } from "../figures/theme.js";
import { type AccuracyComparison, ALPHA, type Ranking, smallestP } from "../study/index.js";
import { count, list, oneOrMore, paragraph, points, pointsBetween, pText, range, titles } from "./text.js";

/** One comparison as a sentence, with all its evidence. */
export function comparisonSentence({ model, against, seeds, mean, interval, corrected, real }: AccuracyComparison): string {
  const [one, other] = [modelTitle(model), modelTitle(against)];
  if (seeds === 1 || !interval) return `One seed says nothing about ${one} against ${other} (difference ${points(mean)}).`;
  const evidence = `95 % interval ${range(interval)}, corrected ${pText(corrected)}`;
  if (real) return `${one} is ${points(Math.abs(mean))} ${mean > 0 ? "better" : "worse"} than ${other} (${evidence}).`;
  return `${one} and ${other} can't be told apart (difference ${points(mean)}, ${evidence}).`;
}

/**
 * Comparisons as one sentence for each model that others are measured by: which are better, which worse, which neither.
 *
 * @param detail "each": every difference with its interval and corrected p; "range": smallest and largest difference of those named together
 */
export function againstSentences(pairs: readonly AccuracyComparison[], detail: "each" | "range" = "each"): string {
  const rivals = [...new Set(pairs.map(({ against }) => against))];
  return paragraph(
    ...rivals.map((rival) =>
      againstSentence(
        modelTitle(rival),
        pairs.filter(({ against }) => against === rival),
        detail,
      ),
    ),
  );
}

function againstSentence(rival: string, pairs: readonly AccuracyComparison[], detail: "each" | "range"): string {
  const tested = pairs.filter(({ interval }) => interval !== null);
  const untested = pairs.filter(({ interval }) => interval === null).map(({ model }) => model);
  const of = (chosen: AccuracyComparison[], text: (verb: string) => string) =>
    chosen.length === 0 ? [] : [`${named(chosen, detail)} ${text(oneOrMore(chosen.length, "is", "are"))}`];
  const clauses = [
    ...of(
      tested.filter(({ real, mean }) => real && mean > 0),
      (are) => `${are} better than ${rival}`,
    ),
    ...of(
      tested.filter(({ real, mean }) => real && mean <= 0),
      (are) => `${are} worse than ${rival}`,
    ),
    ...of(
      tested.filter(({ real }) => !real),
      () => `can't be told apart from ${rival}`,
    ),
  ];
  return paragraph(
    clauses.length > 0 ? `${clauses.join("; ")}.` : "",
    untested.length > 0 ? `One seed says nothing about ${titles(untested)} against ${rival}.` : "",
  );
}

function named(pairs: readonly AccuracyComparison[], detail: "each" | "range"): string {
  if (detail === "range" && pairs.length > 1) {
    return `${titles(pairs.map(({ model }) => model))} (${pointsBetween(pairs.map(({ mean }) => mean))})`;
  }
  return list(
    pairs.map(({ model, mean, interval, corrected }) => {
      return `${modelTitle(model)} (${points(mean)}, 95 %: ${range(interval!)}, ${pText(corrected)})`;
    }),
  );
}

/** How often the continuous shift did better than the discrete one, worse, or neither; of one pair its own sentence says it. */
export function tally(pairs: readonly AccuracyComparison[]): string {
  if (pairs.length < 2) return "";
  const better = pairs.filter(({ real, mean }) => real && mean > 0).length;
  const worse = pairs.filter(({ real, mean }) => real && mean <= 0).length;
  const open = pairs.length - better - worse;
  return `Continuous against discrete shifts, ${pairs.length} comparisons: better in ${better}, worse in ${worse}, no real difference in ${open}.`;
}

/** How many of all differences are real, the models by rank, and the groups within which nothing is. */
export function rankingSentences(comparisons: readonly AccuracyComparison[], ranking: Ranking | null): string {
  if (comparisons.length === 0) return "";
  const ranks = ranking?.models.map(({ model, rank }) => `${modelTitle(model)} (${rank.toFixed(2)})`) ?? [];
  const anyReal = comparisons.some((pair) => pair.real);
  const groups = anyReal ? (ranking?.groups ?? []) : [];
  return paragraph(
    realSentence(comparisons),
    ranking ? `By average rank over ${count(ranking.seeds, "seed")}: ${list(ranks)}.` : "",
    groups.length > 0 ? `No difference is real within ${groups.map((group) => titles(group)).join(", nor within ")}.` : "",
    tooFewSeeds(comparisons),
  );
}

function realSentence(comparisons: readonly AccuracyComparison[]): string {
  const real = comparisons.filter((pair) => pair.real).length;
  const all = comparisons.length;
  if (all === 1)
    return `The one difference between models ${real === 1 ? "is real" : "may be chance"} (p ${real === 1 ? "<" : "≥"} ${ALPHA}).`;
  const some = real === 0 ? "none is" : real === 1 ? "1 is" : `${real === all ? "all" : real} are`;
  return `Of the ${all} differences between models, ${some} real after Holm's correction (p < ${ALPHA}).`;
}

/** Said when the test can't call anything real, however large the difference. */
function tooFewSeeds(comparisons: readonly AccuracyComparison[]): string {
  const pairs = comparisons.length;
  const seeds = Math.max(...comparisons.map((pair) => pair.seeds));
  if (smallestP(seeds, pairs) < ALPHA) return "";
  let enough = seeds + 1;
  while (smallestP(enough, pairs) >= ALPHA) enough++;
  return `With ${count(seeds, "seed")} a model the exact test can't call any difference real; that takes ${enough}.`;
}
