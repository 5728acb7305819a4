import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { locked } from "../support/lock.js";
import { UserError } from "../support/user-error.js";
import { type AnyRecord, runName } from "./record.js";
import { MERGING, RecordStore, subfolders } from "./store.js";
import { withoutNode } from "./versions.js";

/** What became of records that were brought together. */
export interface Merged {
  /** records that the store hadn't */
  added: number;
  /** records that it had already */
  same: number;
}

/**
 * Brings the records of other machines into a store, all of them or none. They stay where they are.
 *
 * @param store gets what it hasn't
 * @param folders as `data/runs`: of records as single files, packed ones, or both
 * @throws UserError when a folder holds no records; when a record is damaged; when two say different things of one
 *   run; when one can't be written; when another process merges into the store, or packs it
 * @internal
 */
export function mergeRecords(store: RecordStore, folders: readonly string[]): Merged {
  return locked(store.folder, MERGING, () => merged(store, folders));
}

function merged(store: RecordStore, folders: readonly string[]): Merged {
  const own = new Map<string, Map<string, AnyRecord>>();
  const ownOf = (part: string) => {
    if (!own.has(part)) own.set(part, new Map(store.all(part).map((record) => [runName(record), record])));
    return own.get(part)!;
  };
  const added = new Map<string, { record: AnyRecord; where: string }>();
  let same = 0;
  for (const folder of folders) {
    const from = new RecordStore(folder);
    const parts = partsIn(folder);
    if (parts.length === 0)
      throw new UserError(`${folder} holds no records, expected a folder of runs, e.g. ../other/data/runs`);
    for (const part of parts) {
      for (const record of from.all(part)) {
        // as it says itself: somebody may have renamed the folder
        const key = `${record.protocol}/${runName(record)}`;
        const known = ownOf(record.protocol).get(runName(record)) ?? added.get(key)?.record;
        if (!known) {
          added.set(key, { record, where: folder });
          continue;
        }
        if (!saysTheSame(known, record))
          throw new UserError(
            `${key} of ${folder} ${difference(known, record)} from that of ${added.get(key)?.where ?? store.folder}: ` +
              "nothing was merged; find out which is right, and move the other away",
          );
        same++;
      }
    }
  }
  const records = [...added.values()].map(({ record }) => record);
  store.checkWritable(records);
  const saved: AnyRecord[] = [];
  try {
    for (const record of records) {
      store.save(record);
      saved.push(record);
    }
  } catch (error) {
    for (const record of saved) rmSync(store.where(record));
    throw error;
  }
  return { added: records.length, same };
}

/** Names of the parts that have records in a folder. */
function partsIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const single = subfolders(folder).filter((name) =>
    readdirSync(join(folder, name)).some((file) => /-seed\d+\.json$/.test(file)),
  );
  const packed = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return [...new Set([...single, ...packed.map((name) => name.slice(0, -".jsonl".length))])].sort();
}

function saysTheSame(one: AnyRecord, other: AnyRecord): boolean {
  const [mine, theirs] = [one, other].map((record) => ({ ...record, versions: withoutNode(record.versions) }));
  return isDeepStrictEqual(mine, theirs);
}

function difference(one: AnyRecord, other: AnyRecord): string {
  if (!isDeepStrictEqual(one.config, other.config)) return "has another config and so differs";
  return isDeepStrictEqual(withoutNode(one.versions), withoutNode(other.versions))
    ? "has the same config and another result, and so differs"
    : "was made by other versions and so differs";
}
