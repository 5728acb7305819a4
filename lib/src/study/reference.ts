import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../support/files.js";
import { type AnyRecord, openRecord, partName, type RunKey, runName } from "./record.js";
import { sealed } from "./seal.js";
import { parsed, Records, readFile, recordFiles } from "./store.js";

const RESTORE = "restore it from git";

/** One line of a file of records. */
interface Line {
  number: number;
  text: string;
  value: unknown;
  /** once it was looked at */
  record?: AnyRecord;
}

/** Files that were read, until they change. */
const files = new Map<string, { stamp: string; lines: Map<string, Line> }>();

/** Committed records, `<folder>/<part>.jsonl`: a sealed record a line, read and never edited. Those of any version count. */
export class ReferenceStore extends Records {
  override where(run: RunKey): string {
    const file = fileOf(this.folder, run.protocol);
    const line = linesOf(file).get(runName(run));
    return line ? `${file}, line ${line.number},` : file;
  }

  override all(part: string): AnyRecord[] {
    const file = fileOf(this.folder, part);
    return [...linesOf(file).values()].map((line) => recordIn(line, file));
  }

  /** Names of the parts that have records. */
  parts(): string[] {
    if (!existsSync(this.folder)) return [];
    const names = readdirSync(this.folder).filter((name) => name.endsWith(".jsonl"));
    return names.map((name) => name.slice(0, -".jsonl".length)).sort();
  }

  protected override read(run: RunKey): AnyRecord | undefined {
    const file = fileOf(this.folder, run.protocol);
    const line = linesOf(file).get(runName(run));
    return line && recordIn(line, file);
  }

  protected override counts(): boolean {
    return true;
  }
}

const fileOf = (folder: string, part: string) => join(folder, `${partName(part)}.jsonl`);

function recordIn(line: Line, file: string): AnyRecord {
  line.record ??= openRecord(line.value, `${file}, line ${line.number}`, RESTORE);
  return line.record;
}

/** The lines of a file by the names of their runs; none where there is no file. @throws UserError when one isn't JSON */
function linesOf(file: string): Map<string, Line> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return new Map();
  const stamp = `${found.mtimeMs} ${found.size} ${found.ino}`;
  const known = files.get(file);
  if (known?.stamp === stamp) return known.lines;
  const lines = new Map<string, Line>();
  for (const [i, text] of readFileSync(file, "utf8").split("\n").entries()) {
    if (text === "") continue;
    const where = `${file}, line ${i + 1}`;
    const value = parsed(text, where, RESTORE);
    const { name, variant, seed } = (value ?? {}) as Partial<AnyRecord>;
    // what has no name is damaged: it is kept, so that whoever reads all records is told
    const key = name === undefined || seed === undefined ? where : [name, variant, `seed${seed}`].filter(Boolean).join("-");
    lines.set(key, { number: i + 1, text, value });
  }
  files.set(file, { stamp, lines });
  return lines;
}

/** What became of records that were to be kept. */
export interface Kept {
  /** names of the parts */
  parts: string[];
  /** new ones, and such that took the place of another */
  written: number;
}

/**
 * Keeps records as the repository's: each goes to the line of its run in its part's file, in which lines are sorted by name. A file is written
 * whole or not at all.
 *
 * @throws UserError when a file can't be written, or holds a line that isn't JSON
 */
export function keepRecords(folder: string, records: readonly AnyRecord[]): Kept {
  const parts = [...new Set(records.map(({ protocol }) => protocol))];
  let written = 0;
  for (const part of parts) {
    const file = fileOf(folder, part);
    const texts = new Map([...linesOf(file)].map(([name, { text }]) => [name, text]));
    for (const record of records.filter(({ protocol }) => protocol === part)) {
      const text = JSON.stringify(sealed(record));
      if (texts.get(runName(record)) === text) continue;
      texts.set(runName(record), text);
      written++;
    }
    const order = new Intl.Collator("en", { numeric: true }).compare;
    const sorted = [...texts].sort(([a], [b]) => order(a, b)).map(([, text]) => `${text}\n`);
    writeAtomically(file, sorted.join(""), "move the checkout to another disk");
  }
  return { parts, written };
}

/**
 * Packs records that lie below a folder as single files, `<part>/<run>.json`, into its `<part>.jsonl`, and takes the files away.
 *
 * @throws UserError when one is damaged, or a file can't be written
 */
export function packRecords(folder: string): Kept {
  const folders = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  const kept: Kept = { parts: [], written: 0 };
  for (const single of folders.map(({ name }) => join(folder, name))) {
    const paths = recordFiles(single);
    const { parts, written } = keepRecords(
      folder,
      paths.map((path) => readFile(path, RESTORE)),
    );
    for (const path of paths) rmSync(path);
    // empty it may be already, by a packing that was ended here
    if (readdirSync(single).length === 0) rmdirSync(single);
    kept.parts.push(...parts);
    kept.written += written;
  }
  return kept;
}
