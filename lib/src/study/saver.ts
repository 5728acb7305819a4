import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotWrittenError } from "../support/files.js";
import { UserError } from "../support/user-error.js";
import type { AnyRecord } from "./record.js";
import { RecordStore } from "./store.js";

/**
 * Saves the record of a single run.
 *
 * @throws UserError when it can't be written, with the temporary folder that it was kept in
 */
export function saveOrKeep(store: RecordStore, record: AnyRecord): void {
  const saver = new Saver(store);
  try {
    saver.save(record);
  } catch (error) {
    throw saver.failure() ?? error;
  }
}

/**
 * Saves records, and those whose store can't be written any longer into a temporary folder: their runs are finished,
 * and may have taken hours.
 */
export class Saver {
  private cause: NotWrittenError | undefined;
  private folder: string | undefined;
  private kept = 0;
  private lost = 0;

  constructor(private readonly store: RecordStore) {}

  /** @throws UserError when the record isn't where it should be; see `failure` */
  save(record: AnyRecord): void {
    try {
      this.store.save(record);
    } catch (error) {
      if (!(error instanceof NotWrittenError)) throw error;
      this.cause ??= error;
      this.keep(record);
      throw error;
    }
  }

  /** What went wrong and where the records are, or undefined when all were saved. */
  failure(): UserError | undefined {
    const { cause, folder, kept, lost } = this;
    if (!cause) return undefined;
    const runs = (count: number) => `${count} finished ${count === 1 ? "run" : "runs"}`;
    const parts = [
      ...(kept > 0 ? [`${runs(kept)} kept: move what is in ${folder} to ${this.store.folder}`] : []),
      ...(lost > 0 ? [`${runs(lost)} lost, ${tmpdir()} can't be written either`] : []),
    ];
    return new UserError(`${cause.message} (${parts.join("; ")})`, { cause });
  }

  private keep(record: AnyRecord): void {
    try {
      this.folder ??= mkdtempSync(join(tmpdir(), "dms-ntm-unsaved-"));
      new RecordStore(this.folder).save(record);
      this.kept++;
    } catch {
      this.lost++;
    }
  }
}
