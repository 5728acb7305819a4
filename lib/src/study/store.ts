import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkWritable, writeAtomically } from "../support/files.js";
import { oneLine } from "../support/one-line.js";
import { show, UserError } from "../support/user-error.js";
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
} from "./record.js";
import { sealed, sealOf } from "./seal.js";
import { versions } from "./versions.js";

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
    if (record && !fits(record, spec))
      throw new UserError(
        `${this.where(spec)} was made with another config than this run has: move it away, and the run is made again`,
      );
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

  protected abstract read(run: RunKey): AnyRecord | undefined;

  /** Whether a record may stand for a run that is to be made today. */
  protected abstract counts(record: AnyRecord): boolean;
}

/**
 * Records as plain files, `<folder>/<part>/<name>[-<variant>]-seed<seed>.json`: written whole, never edited, and sealed by a SHA-256. Those of
 * other versions of this library, tfjs or TensorFlow don't count: numbers differ between them in the last bits, and training multiplies that.
 */
export class RecordStore extends Records {
  override where(run: RunKey): string {
    return join(this.folder, partName(run.protocol), `${runName(run)}.json`);
  }

  /** Writes a record, whole or not at all. @throws UserError when it is no record, or can't be written */
  save(record: AnyRecord): void {
    writeAtomically(this.where(record), `${JSON.stringify(sealed(checkRecord(record)), null, 1)}\n`);
  }

  /** Tries whether records of these runs could be written: before they are made. @throws UserError when they couldn't */
  checkWritable(runs: readonly RunKey[]): void {
    for (const folder of new Set(runs.map((run) => dirname(this.where(run))))) checkWritable(join(folder, "record.json"));
  }

  /**
   * Moves a record of another config out of a run's way: it stays beside, under a name that no run has.
   *
   * @returns whether there was one
   * @throws UserError when it is damaged
   */
  putAside(spec: AnySpec): boolean {
    const record = this.read(spec);
    if (!record || fits(record, spec)) return false;
    const path = this.where(spec);
    renameSync(path, path.replace(/json$/, `${sealOf(record).slice(0, 12)}.replaced`));
    return true;
  }

  override all(part: string): AnyRecord[] {
    return recordFiles(join(this.folder, partName(part))).map((file) => readFile(file, AGAIN));
  }

  protected override read(run: RunKey): AnyRecord | undefined {
    const path = this.where(run);
    return existsSync(path) ? readFile(path, AGAIN) : undefined;
  }

  protected override counts({ versions: made }: AnyRecord): boolean {
    // Node's own version doesn't touch the numbers; this library's is raised whenever they change
    const now = versions();
    return (["dms-ntm", "tfjs", "tensorflow"] as const).every((part) => made[part] === now[part]);
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

  /** @throws UserError as `Records.find`; a record of the earlier ones that was made with another config is passed over */
  override find<S extends AnySpec>(spec: S): RecordOf<S> | undefined {
    return super.find(spec) ?? this.earlier.findFitting(spec);
  }
}

const AGAIN = "delete it, and the run is made again";

/** Paths of the records in a folder, by name; none where there is no folder. */
export function recordFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => join(folder, name));
}

/** The record in a file. @param remedy what to do when it is wrong @throws UserError as `openRecord` */
export function readFile(path: string, remedy: string): AnyRecord {
  return openRecord(parsed(readFileSync(path, "utf8"), path, remedy), path, remedy);
}

/** @throws UserError when it isn't JSON */
export function parsed(text: string, where: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${where} can't be read (${oneLine((error as Error).message)}): ${remedy}`);
  }
}
