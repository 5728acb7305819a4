import { z } from "zod";
import { UserError } from "../support/user-error.js";
import { check, objectWith } from "../support/validate.js";
import { checkStudy } from "./check-study.js";
import { findRecords, type PartRecords, storeOf } from "./find.js";
import { configOf, evaluationPlan, tuningOf, tuningPlan } from "./plan.js";
import { makeRuns, type PoolOptions } from "./pool.js";
import { type AnyRecord, type AnySpec, runPath } from "./record.js";
import { Speeds, type Work, workOf } from "./speeds.js";
import type { RecordStore } from "./store.js";
import { chosen, type PartOf, type Study, type StudyChoice } from "./study.js";

/** Which part of a study is made, where its records go, and what is told meanwhile. */
export interface StudyOptions<R extends AnyRecord = AnyRecord>
  extends StudyChoice,
    Omit<PoolOptions<R>, "order" | "ahead" | "speeds"> {
  /**
   * where records are kept; default: this machine's, going on where the repository's stop unless every machine makes
   * its own
   */
  store?: RecordStore;
  /** leave the repository's records aside; default: whether DMS_NTM_FRESH is 1; not beside a `store` */
  fresh?: boolean | undefined;
}

/** What of the options is looked at before the store is: all else by those that it is passed on to. */
const Choices = z.looseObject({
  store: objectWith(["find", "save"], "a store of records, e.g. new records.RecordStore(folder)").optional(),
  fresh: z.boolean().optional(),
});

/** Runs that can be planned when those before them are done, and until then how much work they are. */
interface Phase {
  specs: () => AnySpec[];
  work: Work[];
  /** whether no other phase waits for it */
  last: boolean;
}

/**
 * Makes what is missing of a study, part by part: first the runs that tune learning rates, then the evaluation at those
 * that they chose; attempts, which choose none, last of all. Each record is stored as soon as it is there, so a study
 * that was stopped goes on where it stopped.
 *
 * @param options progress is that of a phase, its estimate that of the whole study
 * @returns what is then known of each part
 * @throws UserError when the study is none, or names are wrong; before anything is trained when records couldn't be
 *   written; when a stored record is damaged, or a run fails; the signal's reason when it aborts
 */
export async function study<R extends AnyRecord>(
  value: Study<R>,
  options: StudyOptions<R> = {},
): Promise<PartRecords<R>[]> {
  checkStudy(value);
  check(Choices, options, "study options");
  if (options.store && options.fresh !== undefined)
    throw new UserError("study options have both store and fresh, which chooses the store: leave one of them out");
  const { parts, models, seeds, fresh, store = storeOf(value, fresh), ...pool } = options;
  const asked = chosen(value, { parts, models, seeds });
  const settings = { ...pool, speeds: new Speeds() } as PoolOptions;
  const order = asked.balanced ? "as-planned" : "by-model";
  const phases = asked.parts
    .flatMap((part, i) => phasesOf(asked, part, asked.parts.slice(0, i), store))
    .sort((a, b) => Number(a.last) - Number(b.last));
  for (const [i, { specs }] of phases.entries()) {
    const ahead = phases.slice(i + 1).flatMap(({ work }) => work);
    await makeRuns(specs(), store, { ...settings, order, ahead });
  }
  return findRecords(asked, store);
}

function phasesOf<R extends AnyRecord>(
  study: Study<R>,
  part: PartOf<R>,
  before: readonly PartOf<R>[],
  store: RecordStore,
): Phase[] {
  const tuning = tuningPlan(study, part) as AnySpec[];
  const { specs, untuned } = evaluationPlan(study, part, store);
  const unmade = (runs: readonly AnySpec[]) =>
    runs.filter((spec) => !store.find(spec)).map((spec) => workOf(spec.config));
  // the learning rate isn't known yet, but it doesn't change the time
  const unplanned = untuned.map((name) => {
    const { key, epochs } = workOf(configOf(part, name, tuningOf(part)!.rates[0]!));
    return { key, epochs: part.seeds * epochs };
  });
  // tuning runs that parts share are made by the first of them
  const made = new Set(before.flatMap((other) => tuningPlan(study, other).map(runPath)));
  return [
    {
      specs: () => tuning,
      work: unmade(tuning.filter((spec) => !made.has(runPath(spec)))),
      last: tuningOf(part) === undefined,
    },
    {
      specs: () => evaluationPlan(study, part, store).specs as AnySpec[],
      work: [...unmade(specs as AnySpec[]), ...unplanned],
      last: false,
    },
  ];
}
