import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { checkWritable, writeAtomically } from "../support/files.js";
import { oneLine } from "../support/one-line.js";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { inconsistency } from "./consistency.js";
import { RunRecord, Seed, shortName, variantName } from "./schema.js";
import { sealed, unsealed } from "./seal.js";
import { versions } from "./versions.js";

/** What the records of all kinds of runs have. */
export interface StoredRecord {
  protocol: string;
  name: string;
  variant?: string | undefined;
  seed: number;
  config: object;
  versions: Record<keyof ReturnType<typeof versions>, string>;
}

/** Which run a record is of. */
export type SpecOf<R extends StoredRecord> = Pick<R, "protocol" | "name" | "seed" | "config"> & {
  variant?: string | undefined;
};

/** Records as plain files, `<folder>/<protocol>/<name>[-<variant>]-seed<seed>.json`: written whole, never edited, and sealed by a SHA-256. */
export class RecordStore<R extends StoredRecord> {
  /**
   * @param schema of the records
   * @param anyVersion whether records of other versions of this library, tfjs or TensorFlow count. Numbers differ between them in the last
   *   bits, and training multiplies that; a machine's own records are made again then.
   */
  constructor(
    readonly folder: string,
    private readonly schema: z.ZodType<R>,
    private readonly anyVersion = false,
  ) {
    if (typeof folder !== "string" || folder === "")
      throw new UserError(`folder of the records is ${show(folder)}, expected a path`);
  }

  /** The file of a run. @throws UserError when a name isn't one for a file: nothing outside the folder is read or written */
  path({ protocol, name, variant, seed }: Omit<SpecOf<R>, "config">): string {
    check(shortName, protocol, "run protocol");
    check(shortName, name, "run name");
    check(variantName.optional(), variant, "run variant");
    check(Seed, seed, "seed");
    return join(this.folder, protocol, `${[name, variant, `seed${seed}`].filter(Boolean).join("-")}.json`);
  }

  /**
   * The record of a run, or undefined when there is none of these versions.
   *
   * @throws UserError when the file is damaged, or was made with another config than `spec` has
   */
  find(spec: SpecOf<R>): R | undefined {
    const record = this.read(spec);
    if (record && !fits(record, spec)) {
      const path = this.path(spec);
      throw new UserError(`${path} was made with another config than this run has: move it away, and the run is made again`);
    }
    return record && this.counts(record) ? record : undefined;
  }

  /** The same, but a record of another config is passed over. @throws UserError when the file is damaged */
  findFitting(spec: SpecOf<R>): R | undefined {
    const record = this.read(spec);
    return record && fits(record, spec) && this.counts(record) ? record : undefined;
  }

  /** Writes a record, whole or not at all. @throws UserError when it is no record of the kind, or can't be written */
  save(record: R): void {
    writeAtomically(this.path(record), `${JSON.stringify(sealed(check(this.schema, record, "run record")), null, 1)}\n`);
  }

  /** Tries whether records of these runs could be written: before they are made. @throws UserError when they couldn't */
  checkWritable(specs: readonly Omit<SpecOf<R>, "config">[]): void {
    for (const folder of new Set(specs.map((spec) => dirname(this.path(spec))))) checkWritable(join(folder, "record.json"));
  }

  /** Writes a record where this store wouldn't look for it, since `save` could not. @returns the file @throws as `save` */
  saveElsewhere(folder: string, record: R): string {
    const store = new RecordStore(folder, this.schema);
    store.save(record);
    return store.path(record);
  }

  private read(spec: SpecOf<R>): R | undefined {
    const path = this.path(spec);
    return existsSync(path) ? this.readFile(path) : undefined;
  }

  private readFile(path: string): R {
    return readRecord(path, this.schema, this.anyVersion ? "restore it from git" : "delete it, and the run is made again");
  }

  private counts({ versions: made }: R): boolean {
    return this.anyVersion || sameNumbers(made);
  }

  /** All records of a protocol, by file name. */
  all(protocol: string): R[] {
    const folder = join(this.folder, check(shortName, protocol, "run protocol"));
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => this.readFile(join(folder, name)));
  }
}

/** Records of runs on MNIST-1D. */
export class RunStore extends RecordStore<RunRecord> {
  /** @param anyVersion as in `RecordStore` */
  constructor(folder: string, anyVersion = false) {
    super(folder, RunRecord, anyVersion);
  }
}

/** A store that goes on where another one stopped: what it lacks is looked up there, what is saved stays here. */
export class ContinuedStore<R extends StoredRecord> extends RecordStore<R> {
  constructor(
    folder: string,
    schema: z.ZodType<R>,
    private readonly earlier: RecordStore<R>,
  ) {
    super(folder, schema);
  }

  /** @throws UserError as `RecordStore.find`; a record of the earlier store that was made with another config is passed over */
  override find(spec: SpecOf<R>): R | undefined {
    return super.find(spec) ?? this.earlier.findFitting(spec);
  }
}

function fits<R extends StoredRecord>(record: R, { name, variant, seed, protocol, config }: SpecOf<R>): boolean {
  return (
    record.name === name &&
    record.variant === variant &&
    record.seed === seed &&
    record.protocol === protocol &&
    isDeepStrictEqual(record.config, config)
  );
}

/** Node's own version doesn't touch the numbers; this library's is raised whenever they change. */
function sameNumbers(made: StoredRecord["versions"]): boolean {
  const now = versions();
  return (["dms-ntm", "tfjs", "tensorflow"] as const).every((part) => made[part] === now[part]);
}

function readRecord<R>(path: string, schema: z.ZodType<R>, remedy: string): R {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UserError(`${path} can't be read (${oneLine((error as Error).message)}): ${remedy}`);
  }
  const { record: said, broken } = unsealed(value);
  let record: R;
  try {
    record = check(schema, said, path);
  } catch (error) {
    throw new UserError(`${(error as Error).message}: ${remedy}`);
  }
  // what contradicts itself says more than a seal
  const wrong = inconsistency(record) ?? (broken && `${broken}: it was edited or damaged`);
  if (wrong) throw new UserError(`${path}: ${wrong}: ${remedy}`);
  return record;
}
