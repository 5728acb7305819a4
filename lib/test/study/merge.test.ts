import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  type AnyRecord,
  keepRecords,
  mergeRecords,
  packRecords,
  RecordStore,
  ReferenceStore,
} from "../../src/study/index.js";
import { sealed } from "../../src/study/record.js";
import { madeUp, whole } from "./records.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-merge-"));
after(() => rmSync(scratch, { recursive: true }));
let made = 0;
const machine = (...records: AnyRecord[]): RecordStore => {
  const store = new RecordStore(join(scratch, `${made++}`, "runs"));
  for (const record of records) store.save(record);
  return store;
};
const record = (name: string, seed: number) => whole(madeUp(name, seed));
const versions = (of: AnyRecord, change: object): AnyRecord => ({ ...of, versions: { ...of.versions, ...change } });
const files = ({ folder }: RecordStore) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("json"));

test("records of several machines come together, what is there is not written again, theirs stay", () => {
  const [own, first, second] = [
    machine(record("mlp", 0)),
    machine(record("mlp", 0), record("mlp", 1)),
    machine(record("gru", 0)),
  ];
  const before = readFileSync(own.where(record("mlp", 0)));
  assert.deepEqual(mergeRecords(own, [first.folder, second.folder]), { added: 2, same: 1 });
  assert.deepEqual(readFileSync(own.where(record("mlp", 0))), before);
  assert.deepEqual(readFileSync(own.where(record("mlp", 1))), readFileSync(first.where(record("mlp", 1))));
  assert.deepEqual(mergeRecords(own, [first.folder, second.folder]), { added: 0, same: 3 });
  assert.deepEqual([files(own).length, files(first).length, files(second).length], [3, 2, 1]);
});

test("packed ones too; another Node is no other result", () => {
  const theirs = machine(record("mlp", 0), record("mlp", 1));
  packRecords(theirs.folder);
  assert.deepEqual(files(theirs), []);
  const own = machine(versions(record("mlp", 0), { node: "22.99.0" }));
  assert.deepEqual(mergeRecords(own, [theirs.folder]), { added: 1, same: 1 });
});

test("a contradiction is refused with its run, whatever it is, and then nothing is merged", () => {
  const good = record("gru", 5);
  const other = record("mlp", 0) as Extract<AnyRecord, { trials: unknown }>;
  for (const [odd, expected] of [
    [
      { ...other, parameters: other.parameters + 1 },
      /mlp-seed0 of .* has the same config and another result, .*from that of .*nothing was merged/,
    ],
    [{ ...other, config: { ...other.config, validation: 7 } }, /mlp-seed0 .* has another config/],
    [versions(other, { tensorflow: "1.0" }), /mlp-seed0 .* was made by other versions/],
  ] as [AnyRecord, RegExp][]) {
    const own = machine(record("mlp", 0));
    assert.throws(() => mergeRecords(own, [machine(good).folder, machine(odd).folder]), expected);
    assert.equal(files(own).length, 1);
    // among the others as well
    const empty = machine();
    assert.throws(() => mergeRecords(empty, [machine(good, other).folder, machine(odd).folder]), expected);
  }
  const damaged = machine(record("mlp", 3));
  writeFileSync(damaged.where(record("mlp", 3)), "{");
  assert.throws(() => mergeRecords(machine(), [damaged.folder]), /mlp-seed3\.json can't be read/);
  assert.throws(
    () => mergeRecords(machine(), [join(scratch, "none")]),
    /none holds no records, expected a folder of runs/,
  );
});

test("packing says of a damaged record of one's own that its run can be made again: no git has it", () => {
  const single = machine(record("mlp", 3));
  writeFileSync(single.where(record("mlp", 3)), "{");
  assert.throws(
    () => packRecords(single.folder),
    /mlp-seed3\.json can't be read.*: delete it, and the run is made again$/,
  );
  const packed = machine(record("mlp", 3));
  packRecords(packed.folder);
  const { protocol } = record("mlp", 3);
  writeFileSync(join(packed.folder, `${protocol}.jsonl`), "{\n");
  packed.save(record("mlp", 4));
  assert.throws(() => packRecords(packed.folder), /jsonl, line 1 .*: delete it, and the run is made again$/);
});

test("in a file of many, curves are read when they are asked for, and say what they said; a file that changed meanwhile is told", () => {
  const folder = join(scratch, "many");
  const first = record("mlp", 0) as Extract<AnyRecord, { trials: unknown }>;
  const all = Array.from({ length: 600 }, (_, seed) => ({ ...first, seed }));
  keepRecords(folder, all);
  const store = new ReferenceStore(folder);
  const found = store.all(first.protocol) as (typeof first)[];
  assert.deepEqual(
    found.map(({ seed }) => seed),
    all.map(({ seed }) => seed),
  );
  assert.equal(found[0]!.config, found[599]!.config, "one object for all");
  assert.ok(Object.getOwnPropertyDescriptor(found[7], "curve")!.get);
  assert.deepEqual({ ...found[7] }, all[7]);
  assert.deepEqual(sealed(found[7]!), sealed(all[7]!));
  keepRecords(folder, [{ ...first, seed: 600 }]);
  assert.throws(() => found[7]!.curve, /has changed while it was read: start again/);
  assert.equal(store.all(first.protocol).length, 601);
});
