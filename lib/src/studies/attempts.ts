import { summarize } from "../stats/index.js";
import { type ModelSummary, summarizeModels } from "../study/model-summary.js";
import type { RunRecord } from "../study/schema.js";
import { contenderOf } from "../study/study.js";
import { accuracyStudy } from "./accuracy.js";

/** Parameters that a model may have there. */
export const accuracyLimit = 25_000;

/** How an attempt at a high accuracy came out. */
export interface AttemptResult extends ModelSummary {
  /** what it tried */
  what: string;
  /**
   * mean validation accuracy after the last epoch, on which attempts are compared; null for one that held nothing out,
   * or had a broken run
   */
  validation: number | null;
}

/**
 * The attempts that were made, in their order; accuracies on the canonical test set, after the last epoch.
 *
 * @throws UserError when they aren't run records
 */
export function attemptResults(records: readonly RunRecord[]): AttemptResult[] {
  const summaries = summarizeModels(records);
  const part = accuracyStudy.parts[0]!;
  return Object.keys(part.models).flatMap((name) => {
    const { what } = contenderOf(part, name);
    const summary = summaries.find(({ model }) => model === name);
    if (!summary) return [];
    const ends = records
      .filter((record) => record.name === name)
      .map(({ curve, diverged }) => (diverged ? undefined : curve.at(-1)?.validationAccuracy));
    const known = ends.filter((end) => end !== undefined);
    return [{ ...summary, what, validation: known.length === ends.length ? summarize(known).mean : null }];
  });
}

/**
 * The attempt with the highest mean validation accuracy, so that the test set has no say; undefined when none has one.
 *
 * @param results those that may be chosen, e.g. of models with a memory alone
 */
export function bestAttempt(results: readonly AttemptResult[]): AttemptResult | undefined {
  return results.reduce<AttemptResult | undefined>(
    (best, result) => (result.validation !== null && result.validation > (best?.validation ?? -1) ? result : best),
    undefined,
  );
}
