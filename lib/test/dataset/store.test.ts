import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import pl from "nodejs-polars";
import {
  ensureMnist1d,
  loadMnist1d,
  type Mnist1d,
  makeMnist1d,
  mnist1dFile,
  mnist1dName,
  saveMnist1d,
  stride,
} from "../../src/dataset/index.js";
import { assertUserError } from "./support.js";

const config = { samples: 200 };
const REMEDY = "delete it, and it is made anew";

describe("the data set's store", () => {
  let folder: string;
  let parquet: string;
  let json: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dms-ntm-"));
    parquet = join(folder, "mnist1d-200-seed42.parquet");
    json = join(folder, "mnist1d-200-seed42.json");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function assertSame(a: Mnist1d, b: Mnist1d): void {
    assert.deepEqual(
      { ...a, train: a.train.rows, test: a.test.rows },
      { ...b, train: b.train.rows, test: b.test.rows },
    );
    for (const part of ["train", "test"] as const) {
      // Bytes, as -0 equals 0 and NaN doesn't equal itself.
      assert.ok(Buffer.from(a[part].x.buffer).equals(Buffer.from(b[part].x.buffer)), `${part}.x`);
      assert.ok(Buffer.from(a[part].y.buffer).equals(Buffer.from(b[part].y.buffer)), `${part}.y`);
    }
  }

  /** Puts other bytes in place of the table, with the checksum that fits them. */
  function forge(bytes: Buffer): void {
    writeFileSync(parquet, bytes);
    const manifest = JSON.parse(readFileSync(json, "utf8"));
    writeFileSync(json, JSON.stringify({ ...manifest, sha256: createHash("sha256").update(bytes).digest("hex") }));
  }

  test("gives back every bit", () => {
    const data = makeMnist1d(config);
    data.train.x.set([-0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2]);
    assert.equal(saveMnist1d(folder, data), parquet);
    assertSame(loadMnist1d(folder, config), data);
    assert.deepEqual(readdirSync(folder).sort(), ["mnist1d-200-seed42.json", "mnist1d-200-seed42.parquet"]);
  });

  test("holds columns that any Parquet reader understands", () => {
    saveMnist1d(folder, makeMnist1d(config));
    const table = pl.readParquet(readFileSync(parquet));
    assert.deepEqual(table.columns, ["split", "label", ...Array.from({ length: 40 }, (_, i) => `x${i}`)]);
    const types = new Set(table.dtypes.map(String));
    assert.deepEqual([...types], ["DataType(String)", "DataType(Int32)", "DataType(Float64)"]);
    assert.equal(table.filter(pl.col("split").eq(pl.lit("train"))).height, 160);
    const manifest = JSON.parse(readFileSync(json, "utf8"));
    assert.equal(manifest.format, 1);
    assert.equal(manifest.config.correlatedNoise, 0.25);
  });

  test("ensure makes what is missing: folder, both files, either one", () => {
    const inner = join(folder, "a", "b");
    const made = ensureMnist1d(inner, config);
    assertSame(made, makeMnist1d(config));
    for (const file of readdirSync(inner)) {
      rmSync(join(inner, file));
      assertSame(ensureMnist1d(inner, config), made);
      assert.equal(readdirSync(inner).length, 2);
    }
  });

  test("ensure reads what is there rather than make it again", () => {
    const data = makeMnist1d(config);
    data.test.x[0] = 99;
    saveMnist1d(folder, data);
    assert.equal(ensureMnist1d(folder, config).test.x[0], 99);
  });

  test("another setting is another file", () => {
    assert.equal(mnist1dName({}), "mnist1d-5000-seed42");
    assert.equal(
      mnist1dName({ samples: 4000, seed: 7, iidNoise: 0.1, padding: [20, 60], trainFraction: 0.5 }),
      "mnist1d-4000-seed7-trainFraction0.5-padding20_60-iidNoise0.1",
    );
    ensureMnist1d(folder, config);
    ensureMnist1d(folder, { ...config, shear: 0 });
    assert.equal(readdirSync(folder).length, 4);
  });

  test("missing files are told", () => {
    assertUserError(() => loadMnist1d(folder, config), json, "missing", "ensureMnist1d");
    saveMnist1d(folder, makeMnist1d(config));
    rmSync(parquet);
    assertUserError(() => loadMnist1d(folder, config), parquet, "missing");
  });

  for (const use of [loadMnist1d, ensureMnist1d]) {
    describe(`${use.name} refuses`, () => {
      beforeEach(() => saveMnist1d(folder, makeMnist1d(config)));

      test("a tampered table", () => {
        const bytes = readFileSync(parquet);
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(parquet, bytes);
        assertUserError(() => use(folder, config), parquet, "SHA-256", REMEDY);
      });

      test("a truncated table, and an empty one", () => {
        truncateSync(parquet, 1000);
        assertUserError(() => use(folder, config), parquet, "SHA-256", REMEDY);
        truncateSync(parquet, 0);
        assertUserError(() => use(folder, config), parquet, "SHA-256", REMEDY);
      });

      test("a table of other settings under this name", () => {
        const other = { ...config, iidNoise: 0.5 };
        saveMnist1d(folder, makeMnist1d(other));
        for (const end of [".parquet", ".json"]) {
          copyFileSync(join(folder, mnist1dName(other) + end), join(folder, mnist1dName(config) + end));
        }
        assertUserError(() => use(folder, config), json, "iidNoise 0.5 instead of 0.02", REMEDY);
      });

      test("a setting that is missing or unknown", () => {
        const manifest = JSON.parse(readFileSync(json, "utf8"));
        const { shear, ...rest } = manifest.config;
        writeFileSync(json, JSON.stringify({ ...manifest, config: rest }));
        assertUserError(() => use(folder, config), json, `shear undefined instead of ${shear}`, REMEDY);
        writeFileSync(json, JSON.stringify({ ...manifest, config: { ...manifest.config, blur: 1 } }));
        assertUserError(() => use(folder, config), json, "blur 1", REMEDY);
      });

      test("another format, or a damaged JSON", () => {
        const text = readFileSync(json, "utf8");
        writeFileSync(json, text.replace('"format": 1', '"format": 2'));
        assertUserError(() => use(folder, config), json, "format is 2, expected 1", REMEDY);
        writeFileSync(json, text.slice(0, 50));
        assertUserError(() => use(folder, config), json, "not JSON", REMEDY);
        writeFileSync(json, "null");
        assertUserError(() => use(folder, config), json, REMEDY);
      });

      test("a wrong table with a right checksum", () => {
        const table = pl.readParquet(readFileSync(parquet));
        const write = (changed: pl.DataFrame): void => forge(changed.writeParquet({ compression: "zstd" }));
        forge(Buffer.from("no table"));
        assertUserError(() => use(folder, config), parquet, "Parquet", REMEDY);
        write(table.head(199));
        assertUserError(() => use(folder, config), parquet, "199 rows instead of 200", REMEDY);
        write(table.drop("x3"));
        assertUserError(() => use(folder, config), parquet, "columns", REMEDY);
        write(table.reverse());
        assertUserError(() => use(folder, config), parquet, "splits", REMEDY);
        const nulls = pl.Series("x3", [null, ...Array(199).fill(1)], pl.Float64);
        write(table.withColumns(nulls));
        assertUserError(() => use(folder, config), parquet, "column x3", REMEDY);
        write(table.withColumns(pl.Series("x3", new Float32Array(200), pl.Float32)));
        assertUserError(() => use(folder, config), parquet, "column x3", REMEDY);
      });
    });
  }

  test("save refuses data that its settings don't describe", () => {
    assertUserError(() => saveMnist1d(folder, stride(makeMnist1d(config), 2)), "20 features", "rows of 40");
    assert.deepEqual(readdirSync(folder), []);
  });

  test("a file that can't be written is told, and nothing is left behind", () => {
    mkdirSync(join(parquet, "in the way"), { recursive: true });
    assertUserError(() => ensureMnist1d(folder, config), parquet, "can't be written");
    assert.deepEqual(readdirSync(folder), ["mnist1d-200-seed42.parquet"]);
  });
});

test("mnist1dFile tells the file, its size and the checksum that loads compare with", () => {
  const folder = mkdtempSync(join(tmpdir(), "dms-ntm-file-"));
  try {
    const data = ensureMnist1d(folder, { samples: 100 });
    const { path, bytes, sha256 } = mnist1dFile(folder, data.config);
    const content = readFileSync(path);
    assert.equal(bytes, content.length);
    assert.equal(sha256, createHash("sha256").update(content).digest("hex"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
