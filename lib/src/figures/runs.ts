import { percentText, type Summary, summarize } from "../stats/index.js";
import type { RunRecord } from "../study/schema.js";
import { show, UserError } from "../support/user-error.js";
import { inOrder, modelTitle } from "./names.js";
import { isFrame, isObject } from "./spec.js";

/** The runs of one model, by seed. */
export interface ModelRuns {
  name: string;
  title: string;
  runs: RunRecord[];
}

/**
 * Checks that records are such.
 *
 * @param parts of a record that are looked at
 * @throws UserError something else than an array, or an entry without these parts
 */
export function checkRecords(records: unknown, parts: readonly string[]): void {
  const wanted = "expected an array of run records, e.g. recordsOf(study)";
  if (isFrame(records)) throw new UserError(`run records are a DataFrame, ${wanted}`);
  if (!Array.isArray(records)) throw new UserError(`run records are ${show(records)}, ${wanted}`);
  records.forEach((record, i) => {
    const missing = parts.find((part) => (record as Record<string, unknown> | null)?.[part] === undefined);
    if (missing !== undefined) throw new UserError(`run record ${i + 1} has no ${missing}, ${wanted}`);
  });
}

/** @param what they are, e.g. "head weights" @throws UserError something else than an array of objects */
export function checkEntries(what: string, entries: unknown): void {
  if (isFrame(entries)) throw new UserError(`${what} are a DataFrame, expected its rows: frame.toRecords()`);
  if (!Array.isArray(entries)) throw new UserError(`${what} are ${show(entries)}, expected an array of objects`);
  const odd = entries.findIndex((entry) => !isObject(entry));
  if (odd >= 0) throw new UserError(`entry ${odd + 1} of the ${what} is ${show(entries[odd])}, expected an object`);
}

/**
 * Groups run records by model, in the figures' order.
 *
 * @throws UserError as checkRecords; no records; records of several protocols, or the same run twice: a mean over those
 *   would mean nothing
 */
export function byModel(records: readonly RunRecord[]): ModelRuns[] {
  checkRecords(records, ["protocol", "name", "seed", "config", "curve", "result"]);
  const first = records[0];
  if (!first) throw new UserError("no run records to draw: run the study first, or check the filter");
  const other = records.find((record) => record.protocol !== first.protocol);
  if (other) {
    throw new UserError(
      `run records of the protocols ${show(first.protocol)} and ${show(other.protocol)} in one figure: draw one protocol`,
    );
  }
  const names = inOrder(records.map((record) => record.name));
  return names.map((name) => {
    const runs = records.filter((record) => record.name === name).sort((a, b) => a.seed - b.seed);
    const twice = runs.find((run, at) => run.seed === runs[at + 1]?.seed);
    if (twice)
      throw new UserError(`run records hold ${name} with seed ${twice.seed} twice, expected one record a seed`);
    const whole = runs.filter((run) => !run.diverged);
    const uneven = whole.find((run) => run.curve.length !== whole[0]!.curve.length);
    if (uneven) {
      const { curve, seed } = whole[0]!;
      throw new UserError(
        `${name} has ${curve.length} epochs with seed ${seed} and ${uneven.curve.length} with seed ${uneven.seed}, ` +
          "expected as many",
      );
    }
    return { name, title: modelTitle(name), runs };
  });
}

/** "5 seeds", "1 seed", or "3 to 5 seeds" if the models differ. */
export function seedCount(models: readonly ModelRuns[]): string {
  const { min, max } = summarize(models.map((model) => model.runs.length));
  return min === max ? `${min} ${min === 1 ? "seed" : "seeds"}` : `${min} to ${max} seeds`;
}

/** A summary of fractions as per cent: "83.1 ± 0.9 %", without the deviation for a single run. */
export function percent({ n, mean, sd }: Summary): string {
  return n > 1 ? `${percentText(mean)} ± ${percentText(sd)} %` : `${percentText(mean)} %`;
}

/** Final test accuracy over a model's runs, as a fraction. */
export function finalAccuracy(model: ModelRuns): Summary {
  return summarize(model.runs.map((run) => run.result.testAccuracy));
}
