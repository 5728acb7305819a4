import { type Dirent, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { checkWritable, readJson, writeAtomically } from "../support/files.js";
import { show, UserError } from "../support/user-error.js";
import { packedRecords } from "./lines.js";
import {
  type AnyRecord,
  type AnySpec,
  checkRecord,
  fits,
  openRecord,
  partName,
  type RecordOf,
  type RunKey,
  runName,
  sealed,
  sealOf,
} from "./record.js";
import { versions, withoutNode } from "./versions.js";

/** A run's name is taken by a run of another config. */
export class OtherConfigError extends UserError {
  constructor(path: string) {
    super(
      `${path} was made with another config than this run has: move it away, and the run is made again, or give what you changed a new name`,
    );
  }
}

/** Records that can be looked up. */
export abstract class Records {
  /** @param folder that holds them */
  constructor(readonly folder: string) {
    if (typeof folder !== "string" || folder === "")
      throw new UserError(`folder of the records is ${show(folder)}, expected a path`);
  }

  /**
   * The record of a run, or undefined when there is none that counts.
   *
   * @throws UserError when it is damaged, or was made with another config than `spec` has
   */
  find<S extends AnySpec>(spec: S): RecordOf<S> | undefined {
    const record = this.read(spec);
    if (record && !fits(record, spec)) {
      if (this.isAside(record)) return undefined;
      throw new OtherConfigError(this.stands(spec));
    }
    return record && this.counts(record) ? (record as RecordOf<S>) : undefined;
  }

  /** The same, but a record of another config is passed over. @throws UserError when it is damaged */
  findFitting<S extends AnySpec>(spec: S): RecordOf<S> | undefined {
    const record = this.read(spec);
    return record && fits(record, spec) && this.counts(record) ? (record as RecordOf<S>) : undefined;
  }

  /** All records of a part of a study, by name. @throws UserError when one is damaged */
  abstract all(part: string): AnyRecord[];

  /** Where a record of this run stands, or would. @throws UserError when a name isn't one for a file */
  abstract where(run: RunKey): string;

  /** The same as a reader finds it: the file, or the line of one. */
  protected stands(run: RunKey): string {
    return this.where(run);
  }

  /** Whether a record was put aside, and is there all the same. */
  protected isAside(_record: AnyRecord): boolean {
    return false;
  }

  protected abstract read(run: RunKey): AnyRecord | undefined;

  /** Whether a record may stand for a run that is to be made today. */
  protected abstract counts(record: AnyRecord): boolean;
}

/**
 * Records as plain files, `<folder>/<part>/<name>[-<variant>]-seed<seed>.json`: written whole, never edited, and
 * sealed by a SHA-256. Many of them can be packed into `<folder>/<part>.jsonl`, one a line (`dms-ntm records pack`);
 * a file of a run's own goes before. Those of other versions of this library, tfjs or TensorFlow don't count: numbers
 * differ between them in the last bits, and training multiplies that.
 */
export class RecordStore extends Records {
  override where(run: RunKey): string {
    return join(this.folder, partName(run.protocol), `${runName(run)}.json`);
  }

  /**
   * Writes a record, whole or not at all. One of the same run that other versions or another config made stays beside.
   *
   * @throws UserError when it is no record, or can't be written
   */
  save(record: AnyRecord): void {
    const text = textOfRecord(checkRecord(record));
    const earlier = this.standing(record);
    if (earlier && !(this.counts(earlier) && fits(earlier, record))) this.keepBeside(earlier);
    writeAtomically(this.where(record), text);
  }

  /** What the file of a run holds; undefined where there is none, or a damaged one. */
  private standing(run: RunKey): AnyRecord | undefined {
    const path = this.where(run);
    try {
      return existsSync(path) ? readFile(path, AGAIN) : undefined;
    } catch {
      return undefined;
    }
  }

  /** The file that holds a run's record, or would: its own, or the packed one of its part. */
  fileOf(run: RunKey): string {
    const path = this.where(run);
    const packed = packedRecords(this.folder, run.protocol, AGAIN);
    return !existsSync(path) && packed.find(run) ? packed.file : path;
  }

  /** Whether a run was made here by other versions, so that its record doesn't count. @throws UserError as `find` */
  isOutdated(spec: AnySpec): boolean {
    const record = this.read(spec);
    return record !== undefined && fits(record, spec) && !this.counts(record);
  }

  /**
   * Tries whether records of these runs could be written: before they are made.
   *
   * @throws UserError when they couldn't
   */
  checkWritable(runs: readonly RunKey[]): void {
    for (const folder of new Set(runs.map((run) => dirname(this.where(run)))))
      checkWritable(join(folder, "record.json"));
  }

  /**
   * Moves a record of another config out of a run's way: it stays beside, under a name that no run has.
   *
   * @returns whether there was one
   * @throws UserError when it is damaged
   */
  putAside(spec: AnySpec): boolean {
    const record = this.read(spec);
    if (!record || fits(record, spec) || this.isAside(record)) return false;
    this.keepBeside(record);
    rmSync(this.where(spec), { force: true }); // of a packed one its line stays, for others may be reading the file
    return true;
  }

  /** Writes what another record is to replace under a name that no run has. @internal */
  keepBeside(record: AnyRecord): void {
    writeAtomically(this.aside(record), textOfRecord(record));
  }

  private aside(record: AnyRecord): string {
    return this.where(record).replace(/json$/, `${sealOf(record).slice(0, 12)}.replaced`);
  }

  /** A packed one: of others the file has gone. */
  protected override isAside(record: AnyRecord): boolean {
    return !existsSync(this.where(record)) && existsSync(this.aside(record));
  }

  protected override stands(run: RunKey): string {
    const path = this.where(run);
    return existsSync(path) ? path : packedRecords(this.folder, run.protocol, AGAIN).placeOf(run);
  }

  override all(part: string): AnyRecord[] {
    const single = recordFiles(join(this.folder, partName(part))).map((file) => readFile(file, AGAIN));
    const names = new Set(single.map(runName));
    return [
      ...single,
      ...packedRecords(this.folder, part, AGAIN)
        .all()
        .filter((record) => !names.has(runName(record))),
    ];
  }

  protected override read(run: RunKey): AnyRecord | undefined {
    const path = this.where(run);
    return existsSync(path) ? readFile(path, AGAIN) : packedRecords(this.folder, run.protocol, AGAIN).find(run);
  }

  protected override counts({ versions: made }: AnyRecord): boolean {
    return isDeepStrictEqual(withoutNode(made), withoutNode(versions()));
  }
}

/** A store that goes on where others stopped: what it lacks is looked up there, what is saved stays here. */
export class ContinuedStore extends RecordStore {
  constructor(
    folder: string,
    private readonly earlier: Records,
  ) {
    super(folder);
  }

  /**
   * @throws UserError as `Records.find`; a record of the earlier ones that was made with another config is passed
   * over
   */
  override find<S extends AnySpec>(spec: S): RecordOf<S> | undefined {
    return super.find(spec) ?? this.earlier.findFitting(spec);
  }
}

const textOfRecord = (record: AnyRecord): string => `${JSON.stringify(sealed(record), null, 1)}\n`;

/** What to do about a damaged record of one's own, which no git has. */
export const AGAIN = "delete it, and the run is made again";

/** What keeps others from merging into a store and packing it. */
export const MERGING = "merging or packing records";

/** Names of the folders in one, also of those that are links. @throws UserError when a link leads to nothing */
export function subfolders(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() || leadsToFolder(entry, folder)).map(({ name }) => name);
}

function leadsToFolder(entry: Dirent, folder: string): boolean {
  if (!entry.isSymbolicLink()) return false;
  const path = join(folder, entry.name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UserError(`${path} is a link to what isn't there: mend it, or take it away`);
  return found.isDirectory();
}

/** Paths of the records in a folder, by name; none where there is no folder. */
export function recordFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => join(folder, name));
}

/** The record in a file. @param remedy what to do when it is wrong @throws UserError as `openRecord` */
export function readFile(path: string, remedy: string): AnyRecord {
  return openRecord(readJson(path, remedy), path, remedy);
}
