import { join } from "node:path";
import { project } from "../project.js";
import type { RunSpec } from "./run.js";
import type { RunRecord } from "./schema.js";
import { ContinuedStore, RunStore } from "./store.js";
import { type StudyOptions, study } from "./study.js";

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
 * @param fresh this machine's alone; default: whether DMS_NTM_FRESH is set
 */
export function soundStore(fresh: boolean = Boolean(process.env.DMS_NTM_FRESH)): RunStore {
  return fresh ? ownStore() : new ContinuedStore(ownStore().folder, referenceStore());
}

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

/** The records of a plan; trains what is missing, on this machine, and keeps it. Options and errors as in `study`. */
export async function recordsOf(specs: readonly RunSpec[], options: StudyOptions = {}): Promise<FoundRecords> {
  await study(findRecords(specs).missing, ownStore(), options);
  return findRecords(specs);
}
