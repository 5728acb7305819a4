import { join } from "node:path";
import { project } from "../support/folders.js";
import { show, UserError } from "../support/user-error.js";
import type { RunSpec } from "./run.js";
import { RunRecord } from "./schema.js";
import { ContinuedStore, RecordStore, RunStore } from "./store.js";
import { type StudyOptions, study } from "./study.js";
import { TaskRecord } from "./tasks/schema.js";

/** Records made on this machine, in the project's data folder. */
export function ownStore(): RunStore {
  return new RunStore(join(project().data, "runs"));
}

/** Records that came with the repository. */
export function referenceStore(): RunStore {
  return new RunStore(project().reference, true);
}

/**
 * Records of the sound protocol: this machine's and, what it has not made, the repository's, so that a study that takes hours goes on where
 * the committed one stopped.
 *
 * @param fresh this machine's alone; default: whether DMS_NTM_FRESH is 1
 */
export function soundStore(fresh: boolean = freshAsked()): RecordStore<RunRecord> {
  return fresh ? ownStore() : new ContinuedStore(ownStore().folder, RunRecord, referenceStore());
}

/** The same for runs on tasks. */
export function taskStore(fresh: boolean = freshAsked()): RecordStore<TaskRecord> {
  const { own, reference } = taskStores();
  return fresh ? own : new ContinuedStore(own.folder, TaskRecord, reference);
}

/** Records of runs on tasks: made on this machine, and those that came with the repository. */
export function taskStores(): { own: RecordStore<TaskRecord>; reference: RecordStore<TaskRecord> } {
  return {
    own: new RecordStore(ownStore().folder, TaskRecord),
    reference: new RecordStore(referenceStore().folder, TaskRecord, true),
  };
}

function freshAsked(): boolean {
  const text = process.env.DMS_NTM_FRESH ?? "";
  if (!["", "0", "1"].includes(text)) throw new UserError(`DMS_NTM_FRESH is ${show(text)}, expected 1, or 0 for no`);
  return text === "1";
}

/** What is known of a plan. */
export interface FoundRecords {
  /** in the order of the plan; those of this machine where it has them, else those of the repository */
  records: RunRecord[];
  /** how many were made on this machine */
  own: number;
  /** how many came with the repository */
  reference: number;
  /** runs of the plan that nobody has made yet */
  missing: RunSpec[];
}

/** What is known of a plan, without training anything. @throws UserError when a record is damaged or belongs to another config */
export function findRecords(specs: readonly RunSpec[]): FoundRecords {
  const [own, reference] = [ownStore(), referenceStore()];
  const found: FoundRecords = { records: [], own: 0, reference: 0, missing: [] };
  for (const spec of specs) {
    const mine = own.find(spec);
    const record = mine ?? reference.find(spec);
    if (!record) found.missing.push(spec);
    else {
      found.records.push(record);
      found[mine ? "own" : "reference"]++;
    }
  }
  return found;
}

/** The records of a plan; trains what is missing, on this machine, and keeps it. @throws as `study`, whose options it takes */
export async function recordsOf(specs: readonly RunSpec[], options: StudyOptions = {}): Promise<FoundRecords> {
  await study(findRecords(specs).missing, ownStore(), options);
  return findRecords(specs);
}
