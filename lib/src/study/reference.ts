import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAtomically } from "../support/files.js";
import { hasLock, locked } from "../support/lock.js";
import { UserError } from "../support/user-error.js";
import { packedRecords } from "./lines.js";
import { type AnyRecord, type RunKey, runName, sealed, sealOf } from "./record.js";
import { AGAIN, MERGING, RecordStore, Records, readFile, recordFiles, subfolders } from "./store.js";

/** What to do about a damaged record that came with the repository. */
export const RESTORE = "restore it from git";

/**
 * Committed records, `<folder>/<part>.jsonl`: a sealed record a line, read and never edited. Those of any version
 * count.
 */
export class ReferenceStore extends Records {
  override where(run: RunKey): string {
    return packedRecords(this.folder, run.protocol, RESTORE).placeOf(run);
  }

  override all(part: string): AnyRecord[] {
    return packedRecords(this.folder, part, RESTORE).all();
  }

  /** Names of the parts that have records. */
  parts(): string[] {
    if (!existsSync(this.folder)) return [];
    const names = readdirSync(this.folder).filter((name) => name.endsWith(".jsonl"));
    return names.map((name) => name.slice(0, -".jsonl".length)).sort();
  }

  protected override read(run: RunKey): AnyRecord | undefined {
    return packedRecords(this.folder, run.protocol, RESTORE).find(run);
  }

  protected override counts(): boolean {
    return true;
  }
}

/** What became of records that were to be kept. @internal */
export interface Kept {
  /** names of the parts */
  parts: string[];
  /** new ones, and such that took the place of another */
  written: number;
}

/**
 * Keeps records as the repository's: each goes to the line of its run in its part's file, in which lines are sorted
 * by name. A file is written whole or not at all.
 *
 * @param remedy what to do when a line that is there is wrong
 * @throws UserError when a file can't be written, or holds a line that isn't JSON
 * @internal
 */
export function keepRecords(folder: string, records: readonly AnyRecord[], remedy: string = RESTORE): Kept {
  const parts = [...new Set(records.map(({ protocol }) => protocol))];
  let written = 0;
  for (const part of parts) {
    const all = packedRecords(folder, part, remedy);
    const texts = all.texts();
    for (const record of records.filter(({ protocol }) => protocol === part)) {
      const text = JSON.stringify(sealed(record));
      if (texts.get(runName(record)) === text) continue;
      texts.set(runName(record), text);
      written++;
    }
    const order = new Intl.Collator("en", { numeric: true }).compare;
    const sorted = [...texts].sort(([a], [b]) => order(a, b)).map(([, text]) => `${text}\n`);
    writeAtomically(all.file, sorted.join(""), "move the checkout to another disk");
  }
  return { parts, written };
}

/**
 * Packs records that lie below a folder as single files, `<part>/<run>.json`, into its `<part>.jsonl`, and takes the
 * files away.
 *
 * @param remedy what to do when one is damaged; default: that of this machine's own records
 * @throws UserError when one is damaged, or lies elsewhere than its run's; when a file can't be written; when another
 *   process packs the folder, or merges into it
 * @internal
 */
export function packRecords(folder: string, remedy: string = AGAIN): Kept {
  const folders = existsSync(folder) ? subfolders(folder).map((name) => join(folder, name)) : [];
  if (folders.length === 0 && !hasLock(folder)) return { parts: [], written: 0 };
  return locked(folder, MERGING, () => packed(folders, remedy));
}

function packed(folders: readonly string[], remedy: string): Kept {
  const kept: Kept = { parts: [], written: 0 };
  for (const single of folders) {
    const folder = dirname(single);
    const paths = recordFiles(single);
    const records = paths.map((path) => inPlace(readFile(path, remedy), path, folder));
    if (remedy !== RESTORE) keepReplaced(folder, records, remedy); // git has the others
    const { parts, written } = keepRecords(folder, records, remedy);
    for (const path of paths) rmSync(path);
    // empty it may be already, by a packing that was ended here
    if (readdirSync(single).length === 0 && !lstatSync(single).isSymbolicLink()) rmdirSync(single);
    kept.parts.push(...parts);
    kept.written += written;
  }
  return kept;
}

/** What is found, unless it is damaged: that may be replaced. */
function undamaged<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Puts aside the packed records, as those of earlier versions, whose lines these are going to take. */
function keepReplaced(folder: string, records: readonly AnyRecord[], remedy: string): void {
  const store = new RecordStore(folder);
  for (const record of records) {
    const earlier = undamaged(() => packedRecords(folder, record.protocol, remedy).find(record));
    if (earlier && sealOf(earlier) !== sealOf(record)) store.keepBeside(earlier);
  }
}

/** The same record if it lies where its run's does: else it would take another's line. */
function inPlace(record: AnyRecord, path: string, folder: string): AnyRecord {
  const place = new RecordStore(folder).where(record);
  if (path !== place)
    throw new UserError(`${path} is the record of ${place}, and wasn't packed: move it there, or away`);
  return record;
}
