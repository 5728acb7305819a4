import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { project } from "../support/folders.js";
import { show, UserError } from "../support/user-error.js";
import { check, objectWith } from "../support/validate.js";
import { byModel, type Published } from "./metric.js";
import { configOf, evaluationPlan, type Lookup, tuningOf, tuningPlan, tuningRuns } from "./plan.js";
import { type AnyRecord, type AnySpec, runPath, type SpecOf } from "./record.js";
import { ReferenceStore } from "./reference.js";
import type { RunRecord } from "./schema.js";
import { ContinuedStore, RecordStore } from "./store.js";
import { isTaskPart, type PartOf, type Study } from "./study.js";
import type { TaskRecord } from "./task-schema.js";

/** What a place of records can do. */
const STORE = objectWith(["find"], "a store of records, e.g. new records.RecordStore(folder)");

/** Records made on this machine, in the project's data folder. */
export function ownStore(): RecordStore {
  return new RecordStore(join(project().data, "runs"));
}

/** Records that came with the repository. */
export function referenceStore(): ReferenceStore {
  return new ReferenceStore(project().reference);
}

/** Records of this machine and, what it has not made, the repository's. What is saved is this machine's. */
export function anyStore(): RecordStore {
  return new ContinuedStore(ownStore().folder, referenceStore());
}

/**
 * Where the runs of a study are made: it goes on where the repository's records stop, unless every machine makes its
 * own.
 *
 * @param fresh leave the repository's records aside; default: whether DMS_NTM_FRESH is 1
 * @internal
 */
export function storeOf({ remade = false }: Pick<Study, "remade">, fresh: boolean = freshAsked()): RecordStore {
  return remade || fresh ? ownStore() : anyStore();
}

function freshAsked(): boolean {
  const text = process.env.DMS_NTM_FRESH ?? "";
  if (!["", "0", "1"].includes(text)) throw new UserError(`DMS_NTM_FRESH is ${show(text)}, expected 1, or 0 for no`);
  return text === "1";
}

/** Whether this machine has made a run itself. @throws UserError when its record is damaged @internal */
export function madeHere(run: AnySpec | AnyRecord): boolean {
  return ownStore().findFitting(run as AnySpec) !== undefined;
}

/**
 * Planned runs that this machine has made by other versions of the library, tfjs or TensorFlow: they don't count, and
 * are made anew. Evaluation runs as far as they can be planned.
 *
 * @throws UserError as `findRecords` @internal
 */
export function outdated(study: Study, store: RecordStore): number {
  const specs = study.parts.flatMap((part) => [
    ...tuningPlan(study, part),
    ...evaluationPlan(study, part, store).specs,
  ]);
  return new Set(specs.filter((spec) => store.isOutdated(spec) && !store.find(spec)).map(runPath)).size;
}

/** What is known of a part of a study. */
export interface PartRecords<R extends AnyRecord> {
  part: PartOf<R>;
  tuning: R[];
  /** in the order of the plan */
  evaluation: R[];
  /** how many of each the plan has */
  planned: { tuning: number; evaluation: number };
  /** evaluation runs that nobody has made, as far as they can be planned */
  missing: SpecOf<R>[];
  /** models whose tuning runs aren't all there */
  untuned: string[];
}

/**
 * What is known of a study, without training anything.
 *
 * @param store default: this machine's records and, what it has not made, the repository's
 * @throws UserError when a record is damaged, or belongs to another config
 */
export function findRecords<R extends AnyRecord>(study: Study<R>, store: Lookup = anyStore()): PartRecords<R>[] {
  const there = (records: readonly (AnyRecord | undefined)[]) =>
    records.filter((record) => record !== undefined) as AnyRecord[] as R[];

  if (!Array.isArray(study?.parts))
    throw new UserError(`study is ${show(study)}, expected one, e.g. studies.published`);
  check(STORE, store, "store");
  return study.parts.map((part) => {
    const tuning = tuningPlan(study, part);
    const { specs, untuned } = evaluationPlan(study, part, store);
    const evaluation = new Map(specs.map((spec) => [spec, store.find(spec)]));
    return {
      part,
      tuning: there(tuning.map((spec) => store.find(spec))),
      evaluation: there([...evaluation.values()]),
      planned: { tuning: tuning.length, evaluation: part.seeds * Object.keys(part.models).length },
      missing: specs.filter((spec) => evaluation.get(spec) === undefined),
      untuned,
    };
  });
}

/** Runs that are planned, and that are there; tuning runs that parts share are counted once. @internal */
export function countRuns(found: readonly PartRecords<AnyRecord>[]): { total: number; there: AnyRecord[] } {
  const planned = new Set(found.flatMap(({ part }) => tuningRuns(part).map(runPath)));
  const tuning = new Map(found.flatMap((one) => one.tuning.map((record) => [runPath(record), record])));
  return {
    total: found.reduce((sum, one) => sum + one.planned.evaluation, planned.size),
    there: [...tuning.values(), ...found.flatMap(({ evaluation }) => evaluation)],
  };
}

/** The evaluation records of a study. @throws as `findRecords` */
export function recordsOf<R extends AnyRecord>(study: Study<R>, store?: Lookup): R[];
/** The same of one of several studies, of which it isn't known what their runs are. @throws as `findRecords` */
export function recordsOf(study: Study<RunRecord> | Study<TaskRecord>, store?: Lookup): AnyRecord[];
export function recordsOf(study: Study<RunRecord> | Study<TaskRecord>, store?: Lookup): AnyRecord[] {
  return findRecords(study as Study, store).flatMap(({ evaluation }) => evaluation);
}

/**
 * Of evaluation records those of models that have all the seeds of their part: the others can't be judged yet.
 *
 * @throws UserError when a run is there twice
 */
export function completed<R extends AnyRecord>(study: Study<R>, records: readonly R[]): R[] {
  const seedsOf = new Map(study.parts.map(({ name, seeds }) => [name, seeds]));
  return (byModel(records) as R[][]).filter((own) => own.length >= (seedsOf.get(own[0]!.protocol) ?? 0)).flat();
}

/** What was published of a config among a study's parts: names alone are no proof of sameness. */
export function publishedOf<R extends AnyRecord>(study: Study<R>): Published<R> {
  return (record) => {
    for (const part of study.parts) {
      if (isTaskPart(part) || tuningOf(part) || !part.published || !Object.hasOwn(part.published, record.name))
        continue;
      const config = configOf(part, record.name, part.learningRate as number);
      if (isDeepStrictEqual(config, record.config)) return part.published[record.name]!;
    }
    return null;
  };
}
