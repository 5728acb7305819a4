import { modelResults } from "./results.js";
import type { RunRecord } from "./schema.js";
import { summarize } from "./statistics/index.js";

/** A number of this machine beside the one that it should reproduce. */
export interface ReproductionCheck {
  model: string;
  /** "committed": the repository's records of the same seeds. "published": the publication's single run */
  against: "committed" | "published";
  /** runs that were compared */
  seeds: number;
  /** accuracy that was to be reproduced */
  expected: number;
  /** accuracy of this machine's runs, their mean */
  got: number;
  /** how far `got` may be from `expected` */
  tolerance: number;
  inside: boolean;
}

/** Standard errors that a difference of means may have: three in a thousand checks of a right program are outside. */
const ERRORS = 3;

/** Assumed at the least: a few runs may happen to be equal. */
const LEAST_SPREAD = 0.01;

/**
 * Compares the runs of this machine with the committed ones of the same seeds, and with what was published.
 *
 * Committed: on a processor of the same kind both are equal to the last bit. On another one rounding differs, training multiplies that, and two
 * runs of a seed differ as much as two seeds; so the difference of the means may be three standard errors of that, from the committed runs' spread.
 * Published: a single run, plausible when it lies in the 95 % prediction interval of one more run.
 *
 * @param own records of one protocol, @param reference the committed ones, of which those with other seeds are left out
 * @returns accuracies and tolerances as fractions; at most two checks a model
 * @throws UserError without records of this machine, or when they are of several protocols
 */
export function reproductionChecks(own: readonly RunRecord[], reference: readonly RunRecord[]): ReproductionCheck[] {
  const accuracies = (records: readonly RunRecord[], model: string, seeds?: ReadonlySet<number>) =>
    records.filter(({ name, seed }) => name === model && (seeds?.has(seed) ?? true)).map(({ result }) => result.testAccuracy);
  return modelResults(own).flatMap(({ model, seeds, mean, published, low, high }) => {
    const ownSeeds = new Set(own.filter(({ name }) => name === model).map(({ seed }) => seed));
    const theirs = accuracies(reference, model, ownSeeds);
    const checks: ReproductionCheck[] = [];
    if (theirs.length > 0) {
      const theirSeeds = new Set(reference.filter(({ name }) => name === model).map(({ seed }) => seed));
      const mine = summarize(accuracies(own, model, theirSeeds)).mean;
      const spread = Math.max(summarize(accuracies(reference, model)).sd, LEAST_SPREAD);
      const tolerance = ERRORS * spread * Math.sqrt(2 / theirs.length);
      checks.push(
        checkOf({ model, against: "committed", seeds: theirs.length, expected: summarize(theirs).mean, got: mine, tolerance }),
      );
    }
    if (published !== null && low !== null && high !== null) {
      const tolerance = (high - low) / 2;
      checks.push(checkOf({ model, against: "published", seeds, expected: published, got: mean, tolerance }));
    }
    return checks;
  });
}

function checkOf(check: Omit<ReproductionCheck, "inside">): ReproductionCheck {
  return { ...check, inside: Math.abs(check.got - check.expected) <= check.tolerance };
}
