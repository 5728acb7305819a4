import type { AttemptResult } from "../../src/studies/accuracy.js";

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
