import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { inconsistency } from "../../src/study/consistency.js";
import { packRecords, RecordStore, ReferenceStore, referenceStore, type TaskRecord } from "../../src/study/index.js";

const folder = mkdtempSync(join(tmpdir(), "dms-ntm-records-"));
after(() => rmSync(folder, { recursive: true }));

const [committed] = referenceStore()
  .all("range-copy")
  .filter(({ name }) => name === "dms") as TaskRecord[];

test("a record of a task that contradicts itself is found out, whatever was edited", () => {
  const { curve, tests, config } = committed!;
  const edits: [Partial<TaskRecord>, RegExp][] = [
    [{ curve: curve.slice(1) }, /^curve\[0\]\.sequences is 2048, expected 1024$/],
    [{ curve: curve.slice(0, -1) }, /^curve ends after 39936 sequences, expected 40000 by its config$/],
    [{ sequencesToConverge: 1024 }, /^sequencesToConverge is 1024, but the curve says 21504$/],
    [{ sequencesToConverge: null }, /^sequencesToConverge is null, but the curve says 21504$/],
    [
      { curve: curve.map((point) => ({ ...point, cost: 9 })) },
      /^sequencesToConverge is 21504, but the curve says null$/,
    ],
    [{ tests: tests.slice(1) }, /^tests are of the lengths 20, 40, its config says 10, 20, 40$/],
    [
      { tests: tests.map((point) => ({ ...point, sequences: 100 })) },
      /^tests\[0\]\.sequences is 100, its config says 200$/,
    ],
    [
      { tests: tests.map((point) => ({ ...point, wrong: 0.1234567 })) },
      /^tests\[0\]\.wrong is no share of whole answers$/,
    ],
    [
      { tests: tests.map((point) => ({ ...point, perfect: 1 })) },
      /^tests\[1\] has 1 perfect sequences, but 0\.27\d+ wrong answers$/,
    ],
    [{ diverged: { step: 3, cost: "NaN" } }, /^curve has 40 points, expected 0: step 3 diverged$/],
    [
      { diverged: { step: 1250, cost: "NaN" }, curve: curve.slice(0, -1) },
      /^sequencesToConverge is 21504, but the curve says null$/,
    ],
    [
      { config: { ...config, training: { ...config.training, stopAfter: 2 } } },
      /^curve ends after 40000 sequences, expected 22528: it had converged$/,
    ],
    [{ heads: [] }, /^heads has no rows, expected some of a model with a memory$/],
    [
      { config: { ...config, model: { kind: "gru", features: 8, hidden: 3, classes: 6 } } },
      /^heads has \d+ rows, expected none without a memory$/,
    ],
  ];
  assert.equal(inconsistency(committed!), undefined);
  for (const [edit, expected] of edits) assert.match(inconsistency({ ...committed!, ...edit }) ?? "nothing", expected);
});

test("single files are packed into a line each, sorted by name and seed; packed again nothing is written", () => {
  const store = new RecordStore(folder);
  const runs = [10, 9, 0].map((seed) => ({ ...committed!, seed }));
  for (const run of runs) store.save(run);
  const texts = runs.map((run) => JSON.stringify(JSON.parse(readFileSync(store.where(run), "utf8"))));
  assert.deepEqual(packRecords(folder), { parts: ["range-copy"], written: 3 });
  assert.deepEqual(readdirSync(folder), ["range-copy.jsonl"]);
  const packed = new ReferenceStore(folder);
  assert.deepEqual(readFileSync(join(folder, "range-copy.jsonl"), "utf8"), `${texts.toReversed().join("\n")}\n`);
  assert.deepEqual([packed.parts(), packed.all("range-copy").length], [["range-copy"], 3]);
  for (const run of runs) assert.deepEqual(packed.find(run), run);
  assert.equal(packed.find({ ...committed!, seed: 4 }), undefined);
  store.save(runs[0]!);
  assert.deepEqual(packRecords(folder), { parts: ["range-copy"], written: 0 });
  // as a packing leaves it that was ended before its last step
  mkdirSync(join(folder, "range-copy"));
  assert.deepEqual(packRecords(folder), { parts: [], written: 0 });
  assert.deepEqual(readdirSync(folder), ["range-copy.jsonl"]);
});

test("a damaged line is named with its number, and what to do", () => {
  const file = join(folder, "range-copy.jsonl");
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const damaged = (text: string) => {
    writeFileSync(file, `${[lines[0], text, lines[2]].join("\n")}\n`);
    return () => new ReferenceStore(folder).all("range-copy");
  };
  assert.throws(
    damaged(lines[1]!.slice(0, 99)),
    /range-copy\.jsonl, line 2 can't be read \(.*\): restore it from git$/,
  );
  assert.throws(
    damaged(lines[1]!.replace('"parameters":', '"parameters":1')),
    /line 2: its sha256 doesn't fit .*: restore it from git$/,
  );
  assert.throws(damaged('{"hello":1}'), /line 2\.format is missing.*: restore it from git$/);
  assert.throws(damaged("3"), /line 2 is 3, expected object.*: restore it from git$/);
});
