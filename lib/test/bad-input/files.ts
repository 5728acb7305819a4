import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pl from "nodejs-polars";
import { fillResults, readResults } from "../../src/cli/results-page.js";
import { ensureMnist1d, loadMnist1d, mnist1dFile } from "../../src/dataset/index.js";
import { keptFolders } from "../../src/studies/kept.js";
import { loadTrained, RecordStore, readDegeneracy, saveTrained } from "../../src/study/index.js";
import { project } from "../../src/support/folders.js";
import { madeUp, whole } from "../study/records.js";
import type { Row } from "./row.js";

const small = { samples: 20 };
const NAME = "mnist1d-20-seed42";

/** @param folder to make wrong files in */
/** What a hand may change in a record that contradicts nothing else in it. */
const edits: Readonly<Record<string, [RegExp, string]>> = {
  "another number of parameters": [/"parameters": \d+/, '"parameters": 7'],
  "a negative loss": [/"trainLoss": [\d.]+/, '"trainLoss": -5'],
  "a nicer accuracy within its curve": [/"testAccuracy": 0\.8/, '"testAccuracy": 0.99'],
  "twice as many samples": [/"correct": 640,\s*"of": 800/, '"correct": 1280, "of": 1600'],
  "keys in another order": [/"format": 1,\s*"name": "mlp"/, '"name": "mlp", "format": 1'],
};

export function fileRows(folder: string): Row[] {
  let made = 0;
  const fresh = () => join(folder, `files${made++}`);
  const data = (what: string, expected: RegExp, damage: (base: string) => void): Row => ({
    what: `a data set with ${what}`,
    run: () => {
      const into = fresh();
      ensureMnist1d(into, small);
      damage(join(into, NAME));
      return loadMnist1d(into, small);
    },
    expected,
  });
  const kept = (what: string, expected: RegExp, damage: (into: string) => void): Row => ({
    what: `a kept model with ${what}`,
    run: async () => {
      const into = fresh();
      cpSync(join(project().root, "data/reference/weights/ntm"), into, { recursive: true });
      damage(into);
      return loadTrained(into);
    },
    expected,
  });
  const edited = (file: string, change: (text: string) => string) =>
    writeFileSync(file, change(readFileSync(file, "utf8")));
  const record = (what: string, expected: RegExp, change: (text: string) => string): Row => ({
    what: `a record with ${what}`,
    run: () => {
      const store = new RecordStore(fresh());
      store.save(whole(madeUp("mlp", 0)));
      edited(store.where(madeUp("mlp", 0)), change);
      return store.all("published");
    },
    expected,
  });
  const traversal = (what: string, change: object): Row => ({
    what: `a run whose ${what} leaves the folder`,
    run: () => new RecordStore(fresh()).find({ ...madeUp("mlp", 0), ...change }),
    expected: /run (name|protocol|variant) is "\.\.\/.*", expected lower-case letters/,
  });
  return [
    {
      what: "a data set that isn't there",
      run: () => loadMnist1d(fresh(), small),
      expected: /\.json is missing: make the data set with ensureMnist1d/,
    },
    {
      what: "the size of a data set that isn't there",
      run: () => mnist1dFile(fresh(), small),
      expected: /is missing: make the data set with ensureMnist1d/,
    },
    data("a pickle in place of its table", /has the SHA-256/, (base) =>
      writeFileSync(`${base}.parquet`, Buffer.from("80049503000000000000004b012e", "hex")),
    ),
    data("a truncated table", /has the SHA-256/, (base) =>
      writeFileSync(`${base}.parquet`, readFileSync(`${base}.parquet`).subarray(0, 500)),
    ),
    data("a JSON cut off", /is not JSON: delete it/, (base) => edited(`${base}.json`, (text) => text.slice(0, 40))),
    data("a JSON that is a number", /\.json is 7, expected/, (base) => writeFileSync(`${base}.json`, "7")),
    data("a JSON of a later format", /format is 2, expected 1/, (base) =>
      edited(`${base}.json`, (text) => text.replace('"format": 1', '"format": 2')),
    ),
    data("a JSON of another seed", /was made with seed 43 instead of 42/, (base) =>
      edited(`${base}.json`, (text) => text.replace('"seed": 42', '"seed": 43')),
    ),
    data("__proto__ among its settings", /__proto__/, (base) =>
      edited(`${base}.json`, (text) => text.replace('"config": {', '"config": {"__proto__": {"polluted": 1},')),
    ),
    {
      what: "a pickle whose checksum is right",
      run: () => {
        const into = fresh();
        ensureMnist1d(into, small);
        const pickle = Buffer.from("80049503000000000000004b012e", "hex");
        const digest = require("node:crypto").createHash("sha256").update(pickle).digest("hex");
        writeFileSync(join(into, `${NAME}.parquet`), pickle);
        edited(join(into, `${NAME}.json`), (text) => text.replace(/[0-9a-f]{64}/, digest));
        return loadMnist1d(into, small);
      },
      expected: /can't be read as Parquet: delete it/,
    },
    {
      what: "a table with NaN whose checksum is right",
      run: () => {
        const into = fresh();
        ensureMnist1d(into, small);
        const path = join(into, `${NAME}.parquet`);
        const table = pl.readParquet(path);
        const x3 = Float64Array.from(table.getColumn("x3").toArray() as number[]);
        x3[4] = Number.NaN;
        const columns = table.columns.map((name) =>
          name === "x3" ? pl.Series("x3", x3, pl.Float64) : table.getColumn(name),
        );
        const bytes = pl.DataFrame(columns as never).writeParquet({ compression: "zstd" });
        writeFileSync(path, bytes);
        const digest = require("node:crypto").createHash("sha256").update(bytes).digest("hex");
        edited(join(into, `${NAME}.json`), (text) => text.replace(/[0-9a-f]{64}/, digest));
        return loadMnist1d(into, small);
      },
      expected: /has NaN in column x3, row 4: delete it/,
    },
    kept("weights cut off", /can't be read \(.*\): keep the model there anew/, (into) =>
      writeFileSync(join(into, "weights.bin"), readFileSync(join(into, "weights.bin")).subarray(0, 1001)),
    ),
    kept("a changed weight", /has other weights than its recipe says/, (into) => {
      const bytes = readFileSync(join(into, "weights.bin"));
      bytes[100]! ^= 1;
      writeFileSync(join(into, "weights.bin"), bytes);
    }),
    kept("no weights", /can't be read/, (into) => writeFileSync(join(into, "weights.bin"), "")),
    kept("a damaged JSON", /can't be read/, (into) => edited(join(into, "model.json"), (text) => text.slice(0, 200))),
    kept("a pickle as its JSON", /can't be read/, (into) =>
      writeFileSync(join(into, "model.json"), Buffer.from("80049503", "hex")),
    ),
    kept("a recipe of another format", /recipe\.format is 9, expected 1/, (into) =>
      edited(join(into, "model.json"), (text) => text.replace(/"format":\s*1([,}])/, '"format":9$1')),
    ),
    kept("a recipe of an older format", /recipe\.format is 0, expected 1/, (into) =>
      edited(join(into, "model.json"), (text) => text.replace(/"format":\s*1([,}])/, '"format":0$1')),
    ),
    kept("no recipe, as an older version kept it", /recipe is missing|recipe.* is missing|has no recipe/, (into) =>
      edited(join(into, "model.json"), (text) => {
        const { userDefinedMetadata: _, ...rest } = JSON.parse(text);
        return JSON.stringify(rest);
      }),
    ),
    kept("a layer of an unknown class", /can't be read .*(Unknown layer|NoSuchLayer)/, (into) =>
      edited(join(into, "model.json"), (text) => text.replaceAll("DmsNtm", "NoSuchLayer")),
    ),
    {
      what: "a kept model of another config",
      run: () =>
        loadTrained(join(project().root, "data/reference/weights/ntm"), {
          kind: "mlp",
          features: 1,
          hidden: [1],
          classes: 2,
        }),
      expected: /made with another model config/,
    },
    {
      what: "a kept model's name that leaves the folder",
      run: () => keptFolders("../../../etc"),
      expected: /model name is "\.\.\/\.\.\/\.\.\/etc", expected/,
    },
    {
      what: "a model kept where there is no folder to be made",
      run: async () => {
        const file = fresh();
        writeFileSync(file, "");
        const { model, recipe } = (await loadTrained(join(project().root, "data/reference/weights/ntm")))!;
        return saveTrained(join(file, "x"), model, { ...madeUp("ntm", 0), ...recipe } as never);
      },
      expected: /can't be written/,
    },
    record("a mark of NaN", /can't be read/, (text) => text.replace('"learningRate": 0.003', '"learningRate": NaN')),
    record("an accuracy above 1", /testAccuracy is 1\.5, expected at most 1/, (text) =>
      text.replace('"testAccuracy": 0.8', '"testAccuracy": 1.5'),
    ),
    record("an unknown key", /unknown key note/, (text) => text.replace("{", '{"note": "mine",')),
    record("a list in its place", /is \[\], expected object/, () => "[]"),
    record("an accuracy that its counts don't give", /result\.testAccuracy is 0\.8, but 641 of 800 are right/, (text) =>
      text.replace('"correct": 640', '"correct": 641'),
    ),
    ...Object.entries(edits).map(([what, [from, to]]) =>
      record(
        what,
        /\.json: its sha256 doesn't fit what it says: it was edited or damaged: delete it, and the run is made again/,
        (text) => {
          const changed = text.replace(from, to);
          if (changed === text) throw new Error(`nothing to edit: ${from}`);
          return changed;
        },
      ),
    ),
    record("no seal", /\.json: it has no sha256: it was edited or damaged/, (text) =>
      text.replace(/,\s*"sha256": "\w+"/, ""),
    ),
    record("a seal of another record", /its sha256 doesn't fit/, (text) =>
      text.replace(/"sha256": "\w+"/, `"sha256": "${"0".repeat(64)}"`),
    ),
    record("an epoch cut out", /curve\[2\]\.epoch is 4, expected 3/, (text) => {
      const value = JSON.parse(text);
      value.curve.splice(2, 1);
      return JSON.stringify(value);
    }),
    traversal("name", { name: "../../x" }),
    traversal("protocol", { protocol: "../x" }),
    traversal("variant", { variant: "../x" }),
    {
      what: "a measurement of degeneracy that is damaged",
      run: () => {
        const into = fresh();
        mkdirSync(into);
        writeFileSync(join(into, "degeneracy.json"), "{");
        return readDegeneracy(into);
      },
      expected: /degeneracy\.json.*make it again with `make degeneracy`/,
    },
    {
      what: "a page of results that isn't there",
      run: () => readResults(join(fresh(), "results.md")),
      expected: /results\.md is missing: restore it from git/,
    },
    {
      what: "a page of results without the generated parts",
      run: () => fillResults("# x", { results: "y" }),
      expected: /results\.md lacks the lines/,
    },
  ];
}
