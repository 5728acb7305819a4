import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Mnist1dOptions, mnist1dName } from "../dataset/index.js";

/** The file that holds a data set. */
export interface DatasetFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the file, hexadecimal: what every load compares with */
  readonly sha256: string;
}

/**
 * Where `ensureMnist1d` keeps the data set of these settings, its size and its checksum, to be shown in a notebook.
 *
 * @throws Error when the data set isn't there: call `ensureMnist1d` first
 */
export function mnist1dFile(folder: string, options: Mnist1dOptions = {}): DatasetFile {
  const base = join(folder, mnist1dName(options));
  const { sha256 } = JSON.parse(readFileSync(`${base}.json`, "utf8")) as { sha256: string };
  return { path: `${base}.parquet`, bytes: statSync(`${base}.parquet`).size, sha256 };
}
