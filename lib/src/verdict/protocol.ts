import {
  type Comparison,
  compareModels,
  modelNames,
  publishedAccuracy,
  type RunRecord,
  rankModels,
  summarizeModels,
} from "../study/index.js";
import { claims } from "./claims.js";
import { comparisonSentence, rankingSentences, tally } from "./comparisons.js";
import { budgetSentence, divergenceSentences, seedsSentence, uncertaintySentence } from "./needs.js";
import { orderSentences } from "./order.js";
import { bold, bullets, counts, paragraph } from "./text.js";

/** What the runs of the published protocol say. */
export function publishedPart(records: readonly RunRecord[]): string {
  if (records.length === 0) return "**As published.** No run has been made yet: `make reproduce`.";
  const seeds = modelNames(records).map((name) => records.filter((record) => record.name === name).length);
  const what = `**As published**, with ${counts(seeds, "seed")} a model; every run has its own learning-rate search.`;
  return [what, bullets(...comparisonPart(records))].join("\n\n");
}

/** Published models, best first. */
function publishedOrder(): string[] {
  return Object.entries(publishedAccuracy)
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => name);
}

/** What is said of every protocol, a bullet each. */
export function comparisonPart(records: readonly RunRecord[]): string[] {
  const models = summarizeModels(records);
  const comparisons = compareModels(records);
  const { shift, memory } = claims(modelNames(records));
  const [shifts, memories] = [shift, memory].map((pairs) => pairs.flatMap((pair) => turned(comparisons, ...pair)));
  const wanted = shifts!.length > 0 ? shifts! : comparisons;
  return [
    labelled("Shift", paragraph(tally(shifts!), ...shifts!.map(comparisonSentence))),
    labelled("Memory", paragraph(...memories!.map(comparisonSentence))),
    labelled("Ranking", paragraph(rankingSentences(comparisons, rankModels(records, comparisons)))),
    labelled("Published order", orderSentences(publishedOrder(), records, comparisons)),
    labelled("Seeds", paragraph(seedsSentence(wanted, models), uncertaintySentence(models, records[0]!.result.of))),
    labelled("Budget", paragraph(budgetSentence(models, records), divergenceSentences(models))),
  ];
}

function labelled(label: string, text: string): string {
  return text === "" ? "" : `${bold(`${label}.`)} ${text}`;
}

/** The comparison of two models, turned so that `model` comes first; none when they share no seed. */
function turned(comparisons: readonly Comparison[], model: string, against: string): Comparison[] {
  const found = comparisons.find((pair) => pair.model === model && pair.against === against);
  if (found) return [found];
  const other = comparisons.find((pair) => pair.model === against && pair.against === model);
  if (!other) return [];
  const interval = other.interval && { low: -other.interval.high, high: -other.interval.low };
  return [{ ...other, model, against, mean: -other.mean, interval }];
}
