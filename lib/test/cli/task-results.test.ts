import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { studies } from "../../src/studies/index.js";
import { RecordStore, recordsOf, referenceStore, type TaskRecord } from "../../src/study/index.js";
import { versions } from "../../src/study/versions.js";
import { scratch } from "./support.js";

const { cli, out } = scratch();

test("results of the studies on tasks: summaries and comparisons as tables and files", async () => {
  const { code, stdout, stderr } = await cli(["results", "range", "--json"]);
  assert.equal(code, 0, stderr);
  const { tables } = JSON.parse(stdout);
  assert.deepEqual(
    tables.map(({ name }: { name: string }) => name),
    ["range", "range-pairs"],
  );
  for (const { file, rows } of tables) assert.ok(existsSync(file) && rows.length > 50, file);
  // a part has files of its own, whether an argument says so or the environment, as make does
  const part = await cli(["results", "--json"], { DMS_NTM_STUDY: "range-copy" });
  assert.deepEqual(
    JSON.parse(part.stdout).tables.map(({ name }: { name: string }) => name),
    ["range-copy", "range-copy-pairs"],
  );
});

test("a check of runs on tasks: none is a mistake, the committed ones are reproduced by themselves, other costs aren't", async () => {
  const none = await cli(["check", "range"]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /no runs of range to compare: `dms-ntm study range --fresh` makes them/);

  const committed = recordsOf(studies.range, referenceStore()).filter(
    ({ protocol, name }) => protocol === "range-copy" && name === "dms",
  );
  assert.equal(committed.length, 10);
  const store = new RecordStore(join(out, "data/runs"));
  const here = (record: TaskRecord): TaskRecord => ({ ...record, versions: versions() });
  for (const record of committed) store.save(here(record));
  const same = await cli(["check", "range", "--models", "dms"]);
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /reproduced as far as compared: 10 of 110 committed runs, the others aren't made here/);

  for (const record of committed)
    store.save(here({ ...record, tests: record.tests.map((point) => ({ ...point, cost: point.cost + 1 })) }));
  const worse = await cli(["check", "range", "--json"]);
  assert.equal(worse.code, 1);
  assert.equal(JSON.parse(worse.stdout).reproduced, false);
  assert.match(worse.stderr, /DMS-NTM on range-copy: further from the committed results than chance explains/);
});
