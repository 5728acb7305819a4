import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../support/user-error.js";
import { type AnyRecord, runName } from "./record.js";
import { RecordStore } from "./store.js";
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
 *   run; when one can't be written
 * @internal
 */
export function mergeRecords(store: RecordStore, folders: readonly string[]): Merged {
  const added = new Map<string, { record: AnyRecord; where: string }>();
  let same = 0;
  for (const folder of folders) {
    const from = new RecordStore(folder);
    const parts = partsIn(folder);
    if (parts.length === 0)
      throw new UserError(`${folder} holds no records, expected a folder of runs, e.g. ../other/data/runs`);
    for (const part of parts) {
      const own = new Map(store.all(part).map((record) => [runName(record), record]));
      for (const record of from.all(part)) {
        const key = `${part}/${runName(record)}`;
        const known = own.get(runName(record)) ?? added.get(key)?.record;
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
  for (const record of records) store.save(record);
  return { added: records.length, same };
}

/** Names of the parts that have records in a folder. */
function partsIn(folder: string): string[] {
  const there = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  const entries = there ? readdirSync(folder, { withFileTypes: true }) : [];
  const names = entries.flatMap((entry) =>
    entry.isDirectory() &&
    readdirSync(join(folder, entry.name)).some((name) => name.endsWith(".json") && /-seed\d+\.json$/.test(name))
      ? [entry.name]
      : entry.name.endsWith(".jsonl")
        ? [entry.name.slice(0, -".jsonl".length)]
        : [],
  );
  return [...new Set(names)].sort();
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
