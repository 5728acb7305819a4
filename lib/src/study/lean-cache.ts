import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NotWrittenError, writeAtomically } from "../support/files.js";
import { project } from "../support/folders.js";
import { versions } from "./versions.js";

/** A record without what is long or said by many: `config` and `versions` are indices into `shared`, `curve` is 0. */
export type Lean = Record<string, unknown> & { config: number; versions: number };

/** The checked records of a file of many. */
export interface LeanRecords {
  shared: object[];
  /** in the order of the file's lines; undefined: one that is damaged */
  records: (Lean | undefined)[];
}

/**
 * Where the checked records of a file are kept, by the SHA-256 of all its bytes: what the file says now is what was
 * checked, or there is none. It can be deleted at any time.
 *
 * @param digest of the file
 */
export function leanCache(digest: string): { read(): LeanRecords | undefined; write(records: LeanRecords): void } {
  const library = versions()["dms-ntm"];
  const path = join(project().data, "runs", ".checked", digest);
  return {
    read() {
      if (!existsSync(path)) return undefined;
      try {
        const said = JSON.parse(readFileSync(path, "utf8")) as LeanRecords & { library: string };
        return said.library === library ? said : undefined;
      } catch {
        return undefined; // damaged: it is written anew
      }
    },
    write(records) {
      try {
        writeAtomically(path, JSON.stringify({ library, ...records }));
      } catch (error) {
        if (!(error instanceof NotWrittenError)) throw error; // without room the records are checked again the next time
      }
    },
  };
}
