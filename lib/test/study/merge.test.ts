import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  type AnyRecord,
  keepRecords,
  mergeRecords,
  packRecords,
  RESTORE,
  RecordStore,
  ReferenceStore,
} from "../../src/study/index.js";
import { sealed } from "../../src/study/record.js";
import { versions as today } from "../../src/study/versions.js";
import { NotWrittenError, readJson } from "../../src/support/files.js";
import { madeUp, whole } from "./records.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-merge-"));
after(() => rmSync(scratch, { recursive: true }));
// what was checked is kept there, too
process.env.DMS_NTM_OUT = scratch;
let made = 0;
const machine = (...records: AnyRecord[]): RecordStore => {
  const store = new RecordStore(join(scratch, `${made++}`, "runs"));
  for (const record of records) store.save(record);
  return store;
};
type Run = Extract<AnyRecord, { trials: unknown }>;
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

test("a record that another takes the place of stays beside: packed, of earlier versions, or of another config", () => {
  const replaced = ({ folder }: RecordStore) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".replaced"));
  const read = (store: RecordStore) => replaced(store).map((name) => readJson(join(store.folder, name), "") as Run);
  const old = versions(record("mlp", 3), { "dms-ntm": "0.0.1" });
  const store = machine(old);
  packRecords(store.folder);
  store.save(record("mlp", 3));
  packRecords(store.folder);
  assert.deepEqual(
    read(store).map((one) => one.versions["dms-ntm"]),
    ["0.0.1"],
  );
  assert.deepEqual(store.all(old.protocol), [store.all(old.protocol)[0]]);
  assert.deepEqual((store.all(old.protocol)[0] as Run).versions, (record("mlp", 3) as Run).versions);
  // the same line again is no other one
  store.save(record("mlp", 3));
  packRecords(store.folder);
  assert.equal(replaced(store).length, 1);
  // git keeps what the repository's replaces
  store.save(old);
  packRecords(store.folder, RESTORE);
  assert.equal(replaced(store).length, 1);
  // nor does a damaged line keep a good record out
  const file = join(store.folder, `${old.protocol}.jsonl`);
  writeFileSync(file, readFileSync(file, "utf8").replace('"parameters":', '"parameters":1'));
  store.save(record("mlp", 3));
  packRecords(store.folder);
  assert.deepEqual(store.all(old.protocol).length, 1);

  const other = record("mlp", 0) as Run;
  const own = machine(record("mlp", 0));
  own.save({ ...other, config: { ...other.config, validation: 7 } });
  assert.deepEqual(
    read(own).map(({ config }) => config),
    [other.config],
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

test("a packed record of another config is told by its line, and put aside once: then its run can be made again", () => {
  const [first, second] = [0, 1].map((seed) => ({ ...record("mlp", seed), versions: today() })) as [Run, Run];
  const store = machine(first, second);
  packRecords(store.folder);
  const changed = { ...first, config: { ...first.config, validation: 7 } };
  assert.throws(() => store.find(changed), /\.jsonl, line 1, was made with another config .*: move it away/);
  assert.equal(store.putAside(changed), true);
  assert.deepEqual([store.find(changed), store.putAside(changed)], [undefined, false]);
  const [aside] = readdirSync(join(store.folder, first.protocol));
  assert.match(aside!, /^mlp-seed0\.[0-9a-f]{12}\.replaced$/);
  assert.equal((readJson(join(store.folder, first.protocol, aside!), "") as Run).seed, 0);
  // until then the old run may be asked for, too
  assert.ok(store.find(first) && store.find(second));
  store.save(changed);
  assert.deepEqual(store.find(changed)!.config, changed.config);
  assert.throws(() => store.find(first), /mlp-seed0\.json was made with another config/);
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

test("folders and files that are links are read like others, by merge and by pack", () => {
  const [loose, packed, links] = [machine(record("mlp", 0)), machine(record("gru", 0)), machine()];
  packRecords(packed.folder);
  const { protocol } = record("mlp", 0);
  for (const [at, name] of [
    ["a", protocol],
    ["b", `${protocol}.jsonl`],
  ] as const) {
    mkdirSync(join(links.folder, at), { recursive: true });
    symlinkSync(join(at === "a" ? loose.folder : packed.folder, name), join(links.folder, at, name));
  }
  const own = machine();
  assert.deepEqual(
    mergeRecords(
      own,
      ["a", "b"].map((at) => join(links.folder, at)),
    ),
    { added: 2, same: 0 },
  );
  assert.equal(packRecords(join(links.folder, "a")).written, 1);
  assert.deepEqual(files(loose), []);
});

test("a run is told by what its record says, not by the folder that it lies in", () => {
  const { protocol } = record("mlp", 0);
  const other = { ...record("mlp", 0), parameters: 7 } as AnyRecord;
  const [own, theirs] = [machine(record("mlp", 0)), machine(other)];
  renameSync(join(theirs.folder, protocol), join(theirs.folder, "backup"));
  assert.throws(() => mergeRecords(own, [theirs.folder]), /another result, .*nothing was merged/);
  assert.deepEqual(own.find({ ...record("mlp", 0) } as never), undefined); // of other versions
  assert.equal((own.all(protocol)[0] as { parameters: number }).parameters, 13_514);
});

test("packing refuses a record that lies elsewhere than its run's: it would take another's line", () => {
  const { protocol } = record("mlp", 0);
  const store = machine(record("mlp", 0));
  cpSync(join(store.folder, protocol), join(store.folder, "backup"), { recursive: true });
  const before = files(store);
  assert.throws(
    () => packRecords(store.folder),
    /backup\/mlp-seed0\.json is the record of .*published\/mlp-seed0\.json, and wasn't packed: move it there, or away/,
  );
  assert.deepEqual(files(store), before);
  rmSync(join(store.folder, "backup"), { recursive: true });
  const copy = join(store.folder, protocol, "mlp-seed0 (1).json");
  cpSync(store.where(record("mlp", 0)), copy);
  assert.throws(() => packRecords(store.folder), /mlp-seed0 \(1\)\.json is the record of/);
});

test("two lines of a packed file that say different things of one run are a contradiction too", () => {
  const [one, two] = [record("mlp", 0), { ...record("mlp", 0), parameters: 7 } as AnyRecord].map((said) => {
    const store = machine(said);
    packRecords(store.folder);
    return { store, file: join(store.folder, `${said.protocol}.jsonl`) };
  });
  const text = readFileSync(one!.file);
  appendFileSync(one!.file, text);
  assert.deepEqual(mergeRecords(machine(), [one!.store.folder]), { added: 1, same: 0 });
  appendFileSync(one!.file, readFileSync(two!.file));
  const expected = /jsonl, line 3: mlp-seed0 stands in line 2 as well, and differs: delete the wrong one/;
  assert.throws(() => mergeRecords(machine(), [one!.store.folder]), expected);
  one!.store.save(record("mlp", 1));
  assert.throws(() => packRecords(one!.store.folder), expected);
});

test("a merge that can't write all takes back what it wrote", () => {
  class Full extends RecordStore {
    private left = 1;
    override save(said: AnyRecord): void {
      if (this.left-- === 0) throw new NotWrittenError("no room");
      super.save(said);
    }
  }
  const own = machine(record("mlp", 0));
  const theirs = machine(record("mlp", 0), record("mlp", 1), record("mlp", 2));
  assert.throws(() => mergeRecords(new Full(own.folder), [theirs.folder]), /no room/);
  assert.deepEqual(files(own), [join(record("mlp", 0).protocol, "mlp-seed0.json")]);
  assert.deepEqual(mergeRecords(own, [theirs.folder]), { added: 2, same: 1 });
});

test("two that merge or pack at once would lose what the other wrote: the second is told, whoever was killed isn't waited for", () => {
  const [own, theirs] = [machine(record("mlp", 0)), machine(record("mlp", 1))];
  const lock = join(own.folder, ".lock");
  const held = (pid: number, host = hostname(), file = lock) => writeFileSync(file, `${pid} ${host}\n`);
  for (const [pid, host] of [
    [process.ppid, hostname()],
    [1, "another"],
  ] as const) {
    held(pid, host);
    const expected = new RegExp(`\\.lock: process ${pid} of ${host} is merging or packing .*: wait for it, or, `);
    assert.throws(() => mergeRecords(own, [theirs.folder]), expected);
    assert.throws(() => packRecords(own.folder), expected);
  }
  held(2 ** 22 - 1);
  assert.deepEqual(mergeRecords(own, [theirs.folder]), { added: 1, same: 0 });
  assert.equal(packRecords(own.folder).written, 2);
  assert.deepEqual(readdirSync(own.folder), [`${record("mlp", 0).protocol}.jsonl`]);
  // one of another make, and one that is taking a dead one's
  writeFileSync(lock, "");
  assert.throws(() => mergeRecords(own, [theirs.folder]), /\.lock: another process is merging or packing/);
  held(2 ** 22 - 1);
  held(process.ppid, hostname(), `${lock}.breaking`);
  const other = new RegExp(`\\.lock\\.breaking: process ${process.ppid} of .* is merging or packing`);
  assert.throws(() => mergeRecords(own, [theirs.folder]), other);
});
