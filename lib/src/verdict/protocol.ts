import { published } from "../studies/published.js";
import {
  claims,
  compareModels,
  type ModelSummary,
  modelNames,
  type RunRecord,
  rankModels,
  summarizeModels,
} from "../study/index.js";
import { againstSentences, comparisonSentence, rankingSentences, tally } from "./comparisons.js";
import { failureSentence } from "./failures.js";
import { budgetSentence, divergenceSentences, seedsSentence, selectionSentence, uncertaintySentence } from "./needs.js";
import { orderSentences } from "./order.js";
import { modelTable } from "./tables.js";
import { bullets, counts, labelled, paragraph, titles } from "./text.js";

/** What the runs of the published protocol say. */
export function publishedPart(records: readonly RunRecord[]): string {
  if (records.length === 0) return "**As published.** No run has been made yet: `make reproduce`.";
  const seeds = modelNames(records).map((name) => records.filter((record) => record.name === name).length);
  const models = summarizeModels(records);
  const what = `**As published**, with ${counts(seeds, "seed")} a model; every run has its own learning-rate search.`;
  return [what, modelTable(models), bullets(...comparisonPart(records, models))].join("\n\n");
}

/** Published models, best first. */
export function publishedOrder(): string[] {
  return Object.entries(published.parts[0]!.published!)
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => name);
}

/** What is said of every protocol, a bullet each. */
export function comparisonPart(records: readonly RunRecord[], models: readonly ModelSummary[]): string[] {
  const comparisons = compareModels(records);
  const { shift, blind, memory, recurrence } = claims(records, comparisons);
  const shifts = [...shift, ...blind];
  const unmoved = blind.map(
    (pair) =>
      `All slots of ${titles([pair.model, pair.against])} start, and so stay, the same: no shift can move anything between them. ${comparisonSentence(pair)}`,
  );
  return [
    labelled("Shift", paragraph(tally(shift), ...shift.map(comparisonSentence), ...unmoved)),
    labelled("Memory", paragraph(againstSentences(memory), ...recurrence.map(comparisonSentence))),
    labelled("Ranking", rankingSentences(comparisons, rankModels(records, comparisons))),
    labelled("Published order", orderSentences(publishedOrder(), records, comparisons)),
    labelled("Selection", selectionSentence(records, comparisons)),
    labelled(
      "Seeds",
      paragraph(
        seedsSentence(shifts.length > 0 ? shifts : comparisons, models),
        uncertaintySentence(models, records[0]!.result.of),
      ),
    ),
    labelled("Failed runs", failureSentence(records)),
    labelled("Budget", paragraph(budgetSentence(models, records), divergenceSentences(models))),
  ];
}
