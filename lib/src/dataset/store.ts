import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pl, { type Series } from "nodejs-polars";
import { z } from "zod";
import { writeAtomically } from "../support/files.js";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { Mnist1dConfig, type Mnist1dOptions, trainRows } from "./config.js";
import { type Mnist1d, makeMnist1d } from "./mnist1d.js";
import { cut } from "./samples.js";

/** Raised whenever the generator's numbers or the columns change, so that older files are not taken for new ones. */
const FORMAT = 1;

/** The JSON beside the Parquet file: what it holds and how to tell that it is whole. */
const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  // as it is: zod's own objects pass over a key __proto__
  config: z.custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null,
    "expected an object",
  ),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
});

const REMEDY = "delete it, and it is made anew";

/**
 * File name without extension: samples, seed, then each setting that isn't the canonical one,
 * e.g. "mnist1d-4000-seed42" or "mnist1d-5000-seed7-padding20_60-iidNoise0.1".
 *
 * @throws UserError when an option is wrong
 */
export function mnist1dName(options: Mnist1dOptions): string {
  const { samples, seed, ...settings } = check(Mnist1dConfig, options, "MNIST-1D config");
  const canonical: Record<string, unknown> = Mnist1dConfig.parse({});
  const changed = Object.entries(settings)
    .filter(([key, value]) => String(value) !== String(canonical[key]))
    .map(([key, value]) => `-${key}${String(value).replaceAll(",", "_")}`);
  return `mnist1d-${samples}-seed${seed}${changed.join("")}`;
}

function paths(folder: string, config: Mnist1dConfig): { parquet: string; json: string } {
  if (typeof folder !== "string")
    throw new UserError(`folder is ${show(folder)}, expected where the data lies, e.g. project().data`);
  const base = join(folder, mnist1dName(config));
  return { parquet: `${base}.parquet`, json: `${base}.json` };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Columns split, label, x0, x1, ...: the training rows first. */
function toParquet(data: Mnist1d): Buffer {
  const parts = [data.train, data.test];
  const rows = data.train.rows + data.test.rows;
  const split = Array.from({ length: rows }, (_, r) => (r < data.train.rows ? "train" : "test"));
  const label = new Int32Array(rows);
  label.set(data.train.y);
  label.set(data.test.y, data.train.rows);
  const columns: Series[] = [pl.Series("split", split, pl.Utf8), pl.Series("label", label, pl.Int32)];
  for (let f = 0; f < data.length; f++) {
    const values = new Float64Array(rows);
    let r = 0;
    for (const part of parts) for (let i = 0; i < part.rows; i++) values[r++] = part.x[i * data.length + f]!;
    columns.push(pl.Series(`x${f}`, values, pl.Float64));
  }
  return pl.DataFrame(columns).writeParquet({ compression: "zstd" });
}

function fromParquet(bytes: Buffer, config: Mnist1dConfig, path: string): Mnist1d {
  const length = config.finalLength;
  const trained = trainRows(config);
  const wrong = (what: string, cause?: unknown): UserError => new UserError(`${path} ${what}: ${REMEDY}`, { cause });

  // The checksum only says that the file is the one described, not that its maker did it right.
  let table: ReturnType<typeof pl.readParquet>;
  try {
    table = pl.readParquet(bytes);
  } catch (cause) {
    throw wrong("can't be read as Parquet", cause);
  }
  const names = ["split", "label", ...Array.from({ length }, (_, f) => `x${f}`)];
  if (table.columns.join() !== names.join()) throw wrong(`doesn't have the columns split, label, x0 to x${length - 1}`);
  if (table.height !== config.samples) throw wrong(`has ${table.height} rows instead of ${config.samples}`);
  const split = table.getColumn("split").toArray();
  if (!split.every((name, r) => name === (r < trained ? "train" : "test"))) throw wrong("splits its rows otherwise");

  const column = <T extends Int32Array | Float64Array>(name: string, type: new (n: number) => T): T => {
    const series = table.getColumn(name);
    const values: unknown = series.nullCount() === 0 ? series.toTypedArray() : undefined;
    if (values instanceof type) return values;
    throw wrong(`has nulls or another type than ${type.name.replace("Array", "")} in column ${name}`);
  };
  const y = column("label", Int32Array);
  const x = new Float64Array(config.samples * length);
  for (let f = 0; f < length; f++) {
    const values = column(`x${f}`, Float64Array);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw wrong(`has ${values[bad]} in column x${f}, row ${bad}`);
    for (let r = 0; r < config.samples; r++) x[r * length + f] = values[r]!;
  }
  return { config, length, ...cut({ x, y, rows: config.samples }, trained) };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      throw new UserError(`${path} is missing: make the data set with ensureMnist1d`, { cause });
    }
    throw new UserError(`${path} can't be read: ${(cause as Error).message}`, { cause });
  }
}

function readManifest(path: string): z.output<typeof Manifest> {
  const text = read(path).toString("utf8");
  try {
    return check(Manifest, JSON.parse(text), path);
  } catch (cause) {
    if (cause instanceof UserError) throw new UserError(`${cause.message}: ${REMEDY}`, { cause });
    throw new UserError(`${path} is not JSON: ${REMEDY}`, { cause });
  }
}

/** Stops at the first setting that differs. */
function compare(stored: Record<string, unknown>, config: Record<string, unknown>, path: string): void {
  for (const key of new Set([...Object.keys(config), ...Object.keys(stored)])) {
    const [found, wanted] = [stored[key], config[key]].map((value) => JSON.stringify(value) ?? "missing");
    if (found !== wanted) {
      throw new UserError(
        `${path} was made with ${key} ${show(stored[key])} instead of ${show(config[key])}: ${REMEDY}`,
      );
    }
  }
}

/**
 * Writes a data set as `<name>.parquet` (zstd; columns split "train" or "test", label Int32, x0, x1, ... Float64) and
 * beside it `<name>.json` with its settings and SHA-256. Each file appears whole, the JSON last; a file of that name is
 * replaced.
 *
 * @returns path of the Parquet file
 * @throws UserError when the data isn't what its config says (e.g. after `stride`), or can't be written
 */
export function saveMnist1d(folder: string, data: Mnist1d): string {
  const config = check(Mnist1dConfig, data.config, "MNIST-1D config");
  const trained = trainRows(config);
  if (
    data.length !== config.finalLength ||
    data.train.rows !== trained ||
    data.test.rows !== config.samples - trained
  ) {
    throw new UserError(
      `data has ${data.train.rows} + ${data.test.rows} rows of ${data.length} features, its config says ` +
        `${trained} + ${config.samples - trained} rows of ${config.finalLength}: save it as it was made`,
    );
  }
  const { parquet, json } = paths(folder, config);
  const bytes = toParquet(data);
  writeAtomically(parquet, bytes);
  writeAtomically(json, `${JSON.stringify({ format: FORMAT, config, sha256: sha256(bytes) }, null, 2)}\n`);
  return parquet;
}

/**
 * Reads the data set of these settings, equal bit for bit to what was saved.
 *
 * @throws UserError one line with the file, what is wrong (missing, other settings, other checksum, damaged) and what
 *   to do
 */
export function loadMnist1d(folder: string, options: Mnist1dOptions = {}): Mnist1d {
  const config = check(Mnist1dConfig, options, "MNIST-1D config");
  const { parquet, json } = paths(folder, config);
  const manifest = readManifest(json);
  compare(manifest.config, config, json);
  // One read serves both the checksum and the table, so what was checked is what is used.
  const bytes = read(parquet);
  const found = sha256(bytes);
  if (found !== manifest.sha256) {
    throw new UserError(
      `${parquet} has the SHA-256 ${found.slice(0, 12)}..., its JSON says ${manifest.sha256.slice(0, 12)}...: ${REMEDY}`,
    );
  }
  return fromParquet(bytes, config, parquet);
}

/**
 * The data set of these settings from `folder`, made and saved there first when one of its two files is missing.
 *
 * @throws UserError as `loadMnist1d`: a file that is there but doesn't match is never replaced silently
 */
export function ensureMnist1d(folder: string, options: Mnist1dOptions = {}): Mnist1d {
  const config = check(Mnist1dConfig, options, "MNIST-1D config");
  const { parquet, json } = paths(folder, config);
  if (!existsSync(parquet) || !existsSync(json)) saveMnist1d(folder, makeMnist1d(config));
  return loadMnist1d(folder, config);
}

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
 * @throws UserError when the data set isn't there, or its JSON is damaged
 */
export function mnist1dFile(folder: string, options: Mnist1dOptions = {}): DatasetFile {
  const { parquet, json } = paths(folder, check(Mnist1dConfig, options, "MNIST-1D config"));
  return { path: parquet, bytes: read(parquet).length, sha256: readManifest(json).sha256 };
}
