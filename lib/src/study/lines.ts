import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { NotWrittenError, parseJson, writeAtomically } from "../support/files.js";
import { project } from "../support/folders.js";
import { UserError } from "../support/user-error.js";
import { type AnyRecord, openRecord, partName, type RunKey, runName } from "./record.js";
import { versions } from "./versions.js";

/** A record in a file of many: a line, read when it is asked for. */
interface Line {
  number: number;
  /** bytes of the file */
  start: number;
  end: number;
  /** once it was looked at */
  record?: AnyRecord;
}

/** A record without what is long or said by many: `config` and `versions` are indices into `shared`, `curve` is 0. */
type Lean = Record<string, unknown> & { config: number; versions: number };

/** The checked records of a file of many, in the order of its lines; undefined: one that is damaged. */
interface LeanRecords {
  shared: object[];
  records: (Lean | undefined)[];
}

/**
 * Lines from which on the records of a file leave their curves there: a hundred thousand of them then fit into
 * memory.
 */
const MANY = 500;

/** What a record's line begins with; lines that were written otherwise are read as a whole. */
const HEAD = /^\{"format":1,"name":"([^"\\]*)","protocol":"[^"\\]*",(?:"variant":"([^"\\]*)",)?"seed":(\d+),/;
const HEAD_BYTES = 512;

/** Files that were read, until they change. */
const files = new Map<string, RecordLines>();

/**
 * The packed records of a part, one a line of `<folder>/<part>.jsonl`; none where there is no file.
 *
 * @param remedy what to do when one is wrong
 * @throws UserError when a line isn't JSON, or two say different things of one run
 */
export function packedRecords(folder: string, part: string, remedy: string): RecordLines {
  const file = join(folder, `${partName(part)}.jsonl`);
  const key = `${file} ${remedy}`;
  const known = files.get(key);
  if (known && known.stamp === stampOf(file)) return known;
  const read = new RecordLines(file, stampOf(file), remedy);
  files.set(key, read);
  return read;
}

/** Changes when the file does; "" where there is none. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new UserError(`${file} is a folder, expected a file of records: move it away`);
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : "";
}

/** A file of records, as it was when it was read. */
class RecordLines {
  /** by the names of their runs */
  private readonly lines = new Map<string, Line>();

  constructor(
    readonly file: string,
    readonly stamp: string,
    private readonly remedy: string,
  ) {
    const bytes = stamp === "" ? Buffer.alloc(0) : readFileSync(file);
    for (let start = 0, number = 1; start < bytes.length; number++) {
      const next = bytes.indexOf(10, start);
      const end = next < 0 ? bytes.length : next;
      // what has no name is damaged: it is kept, so that whoever reads all records is told
      if (end > start) {
        const line = { number, start, end };
        const name = this.nameIn(bytes, line) ?? this.whereIs(line);
        const other = this.lines.get(name);
        // of files that were put together by hand
        if (other && !bytes.subarray(start, end).equals(bytes.subarray(other.start, other.end)))
          throw new UserError(
            `${this.whereIs(line)}: ${name} stands in line ${other.number} as well, and differs: delete the wrong one`,
          );
        this.lines.set(name, line);
      }
      start = end + 1;
    }
    if (this.lines.size >= MANY) this.readLean(bytes);
  }

  /** Where the line of a run is, or the file when it has none. */
  placeOf(run: RunKey): string {
    const line = this.lines.get(runName(run));
    return line ? `${this.whereIs(line)},` : this.file;
  }

  /** The record of a run, if there is one. @throws UserError as `openRecord` */
  find(run: RunKey): AnyRecord | undefined {
    const line = this.lines.get(runName(run));
    return line && this.recordIn(line);
  }

  /** @throws UserError when one is damaged */
  all(): AnyRecord[] {
    return [...this.lines.values()].map((line) => this.recordIn(line));
  }

  /** What stands in the lines, by the names of their runs. */
  texts(): Map<string, string> {
    return new Map([...this.lines].map(([name, line]) => [name, this.textOf(line)]));
  }

  private recordIn(line: Line): AnyRecord {
    line.record ??= this.opened(line, this.textOf(line));
    return line.record;
  }

  private textOf({ start, end }: Line): string {
    const bytes = Buffer.alloc(end - start);
    const from = openSync(this.file, "r");
    try {
      readSync(from, bytes, 0, bytes.length, start);
    } finally {
      closeSync(from);
    }
    return bytes.toString("utf8");
  }

  private opened(line: Line, text: string): AnyRecord {
    const where = this.whereIs(line);
    return openRecord(parseJson(text, where, this.remedy), where, this.remedy);
  }

  private whereIs({ number }: Line): string {
    return `${this.file}, line ${number}`;
  }

  private nameIn(bytes: Buffer, line: Line): string | undefined {
    const { start, end } = line;
    const whole = bytes[end - 1] === 125; // a line that was cut isn't taken by its head
    const head = whole ? HEAD.exec(bytes.toString("utf8", start, Math.min(end, start + HEAD_BYTES))) : null;
    const [name, variant, seed] =
      head?.slice(1) ?? namesIn(parseJson(bytes.toString("utf8", start, end), this.whereIs(line), this.remedy));
    return name === undefined || seed === undefined
      ? undefined
      : [name, variant, `seed${seed}`].filter(Boolean).join("-");
  }

  /**
   * Reads all records of the file at once, without their curves; those that are damaged are left, and told when they are
   * asked for. Not by polars' lazy scan: it passes over seals, makes null of a key that isn't there, so that no config
   * fits its run's, and refuses files whose records differ in the type of a key.
   */
  private readLean(bytes: Buffer): void {
    const lines = [...this.lines.values()];
    const { shared, records } = this.checked(bytes, lines);
    for (const [i, line] of lines.entries()) {
      const lean = records[i];
      if (!lean) continue;
      const curve = () => {
        if (stampOf(this.file) !== this.stamp)
          throw new UserError(`${this.file} has changed while it was read: start again`);
        return this.opened(line, this.textOf(line)).curve;
      };
      const whole = Object.assign(lean, { config: shared[lean.config], versions: shared[lean.versions] });
      line.record = Object.defineProperty(whole, "curve", { enumerable: true, get: curve }) as unknown as AnyRecord;
    }
  }

  /**
   * The records, checked; those of a file that was read before are kept with the SHA-256 of all its bytes: what the file
   * says now is what was checked. What is kept can be deleted at any time.
   */
  private checked(bytes: Buffer, lines: readonly Line[]): LeanRecords {
    const hash = (value: Buffer | string) => createHash("sha256").update(value).digest("hex");
    // one a file, which the next one replaces
    const path = join(project().data, "runs", ".checked", hash(this.file));
    const sha256 = hash(bytes);
    const kept = keptIn(path, sha256);
    if (kept?.records.length === lines.length) return kept;
    const shared: object[] = [];
    const indices = new Map<string, number>();
    const index = (value: object) => {
      const text = JSON.stringify(value);
      if (!indices.has(text)) indices.set(text, shared.push(value) - 1);
      return indices.get(text)!;
    };
    const records = lines.map((line): Lean | undefined => {
      try {
        const record = this.opened(line, bytes.toString("utf8", line.start, line.end));
        return { ...record, config: index(record.config), versions: index(record.versions), curve: 0 };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return undefined;
      }
    });
    if (!records.includes(undefined)) keepIn(path, sha256, { shared, records });
    return { shared, records };
  }
}

function namesIn(value: unknown): unknown[] {
  const { name, variant, seed } = (value ?? {}) as Partial<AnyRecord>;
  return [name, variant, seed];
}

/** What this version of the library kept. */
function keptIn(path: string, sha256: string): LeanRecords | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const said = JSON.parse(readFileSync(path, "utf8")) as LeanRecords & { library: string; sha256: string };
    return said.library === versions()["dms-ntm"] && said.sha256 === sha256 ? said : undefined;
  } catch {
    return undefined; // damaged: it is written anew
  }
}

function keepIn(path: string, sha256: string, records: LeanRecords): void {
  try {
    writeAtomically(path, JSON.stringify({ library: versions()["dms-ntm"], sha256, ...records }));
  } catch (error) {
    if (!(error instanceof NotWrittenError)) throw error; // without room the records are checked again the next time
  }
}
