import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { oneLine } from "../support/one-line.js";
import { UserError } from "../support/user-error.js";
import { leanCache } from "./lean-cache.js";
import { type AnyRecord, openRecord } from "./record.js";

/** A record in a file of many: a line, read when it is asked for. */
export interface Line {
  number: number;
  /** bytes of the file */
  start: number;
  end: number;
  /** once it was looked at */
  record?: AnyRecord;
}

/** A file of records, as it was when it was read. */
export interface RecordLines {
  file: string;
  stamp: string;
  /** by the names of their runs */
  lines: Map<string, Line>;
}

/** Files that were read, until they change. */
const files = new Map<string, RecordLines>();

/**
 * Lines from which on the records of a file leave their curves there: a hundred thousand of them then fit into
 * memory.
 */
const MANY = 500;

/** What a record's line begins with; lines that were written otherwise are read as a whole. */
const HEAD = /^\{"format":1,"name":"([^"\\]*)","protocol":"[^"\\]*",(?:"variant":"([^"\\]*)",)?"seed":(\d+),/;
const HEAD_BYTES = 512;

/** The lines of a file; none where there is no file. @throws UserError when one isn't JSON */
export function linesOf(file: string, remedy: string): RecordLines {
  const stamp = stampOf(file);
  const known = files.get(file);
  if (known && known.stamp === stamp) return known;
  const lines = new Map<string, Line>();
  const bytes = stamp === "" ? undefined : readFileSync(file);
  if (bytes) {
    for (let start = 0, number = 1; start < bytes.length; number++) {
      const next = bytes.indexOf(10, start);
      const end = next < 0 ? bytes.length : next;
      if (end > start) {
        const where = `${file}, line ${number}`;
        // what has no name is damaged: it is kept, so that whoever reads all records is told
        lines.set(keyOf(bytes, start, end, where, remedy) ?? where, { number, start, end });
      }
      start = end + 1;
    }
  }
  const read = { file, stamp, lines };
  if (bytes && lines.size >= MANY) readLean(read, bytes, remedy);
  files.set(file, read);
  return read;
}

/** Changes when the file does; "" where there is none. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : "";
}

function keyOf(bytes: Buffer, start: number, end: number, where: string, remedy: string): string | undefined {
  const whole = bytes[end - 1] === 125; // a line that was cut isn't taken by its head
  const head = whole ? HEAD.exec(bytes.toString("utf8", start, Math.min(end, start + HEAD_BYTES))) : null;
  const [name, variant, seed] = head?.slice(1) ?? namesIn(parsed(bytes.toString("utf8", start, end), where, remedy));
  return name === undefined || seed === undefined
    ? undefined
    : [name, variant, `seed${seed}`].filter(Boolean).join("-");
}

function namesIn(value: unknown): unknown[] {
  const { name, variant, seed } = (value ?? {}) as Partial<AnyRecord>;
  return [name, variant, seed];
}

/** What stands in a line. */
export function textOf({ file }: RecordLines, { start, end }: Line): string {
  const bytes = Buffer.alloc(end - start);
  const from = openSync(file, "r");
  try {
    readSync(from, bytes, 0, bytes.length, start);
  } finally {
    closeSync(from);
  }
  return bytes.toString("utf8");
}

/** The record of a line. @throws UserError as `openRecord` */
export function recordIn(all: RecordLines, line: Line, remedy: string): AnyRecord {
  line.record ??= opened(all, line, textOf(all, line), remedy);
  return line.record;
}

function opened(all: RecordLines, { number }: Line, text: string, remedy: string): AnyRecord {
  const where = `${all.file}, line ${number}`;
  return openRecord(parsed(text, where, remedy), where, remedy);
}

/**
 * Reads all records of a file at once, without their curves; those that are damaged are left, and told when they are
 * asked for. Not by polars' lazy scan: it passes over seals, makes null of a key that isn't there, so that no config
 * fits its run's, and refuses files whose records differ in the type of a key.
 */
function readLean(all: RecordLines, bytes: Buffer, remedy: string): void {
  const digest = createHash("sha256").update(bytes).digest("hex");
  const cache = leanCache(digest);
  const lines = [...all.lines.values()];
  let { shared, records } = cache.read() ?? { shared: [], records: [] };
  if (records.length !== lines.length) {
    [shared, records] = [[], []];
    const indices = new Map<string, number>();
    const index = (value: object) => {
      const text = JSON.stringify(value);
      if (!indices.has(text)) indices.set(text, shared.push(value) - 1);
      return indices.get(text)!;
    };
    for (const line of lines) {
      try {
        const record = opened(all, line, bytes.toString("utf8", line.start, line.end), remedy);
        records.push({ ...record, config: index(record.config), versions: index(record.versions), curve: 0 });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        records.push(undefined);
      }
    }
    if (!records.includes(undefined)) cache.write({ shared, records });
  }
  for (const [i, line] of lines.entries()) {
    const lean = records[i];
    if (!lean) continue;
    const curve = () => {
      if (stampOf(all.file) !== all.stamp)
        throw new UserError(`${all.file} has changed while it was read: start again`);
      return opened(all, line, textOf(all, line), remedy).curve;
    };
    const whole = Object.assign(lean, { config: shared[lean.config], versions: shared[lean.versions] });
    line.record = Object.defineProperty(whole, "curve", { enumerable: true, get: curve }) as unknown as AnyRecord;
  }
}

/** @throws UserError when it isn't JSON */
export function parsed(text: string, where: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${where} can't be read (${oneLine((error as Error).message)}): ${remedy}`);
  }
}
