/** Parts that share tuning runs, and what `study` is asked for: counted and refused before anything is trained. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { studies } from "../../src/studies/index.js";
import {
  type AnySpec,
  cost,
  countRuns,
  findRecords,
  type Lookup,
  RecordStore,
  type RunRecord,
  type Study,
  type StudyOptions,
  study,
  type TaskPart,
  type TaskRecord,
} from "../../src/study/index.js";
import { UserError } from "../../src/support/user-error.js";

const folder = mkdtempSync(join(tmpdir(), "dms-ntm-shared-"));
after(() => rmSync(folder, { recursive: true }));

const gru = (hidden: number) => ({ kind: "gru", hidden }) as const;
const first: TaskPart = {
  name: "first",
  task: { task: "copy", bits: 2, lengths: [1, 2] },
  models: { small: gru(2), both: gru(3) },
  training: { sequences: 64, batch: 16, optimizer: "adam", clipNorm: 1, reportEvery: 64, converged: 0.1 } as never,
  learningRate: { rates: [1e-3, 1e-2], seeds: [1000, 1001, 1002] },
  seeds: 2,
  test: { lengths: [2], sequences: 4 },
};
const second: TaskPart = {
  ...first,
  name: "second",
  models: { both: gru(3), large: gru(4) },
  learningRate: { rates: [1e-3, 1e-2], seeds: [1000, 1001, 1002], on: first },
};
const own: Study<TaskRecord> = { name: "own", question: "?", parts: [first, second], metric: cost, families: [] };

test("tuning runs that parts share are counted once, those of models that only one of them has too", () => {
  // of three models at two rates with three seeds each
  const tuning = 3 * 2 * 3;
  const nothing = countRuns(findRecords(own, { find: () => undefined }));
  assert.deepEqual([nothing.total, nothing.there.length], [tuning + 2 * 2 * 2, 0]);

  const made = new Set<string>();
  const all: Lookup = {
    find(spec: AnySpec) {
      made.add([spec.protocol, spec.name, spec.variant, spec.seed].join());
      return { ...spec, curve: [{ sequences: 64, cost: 1 }], tests: [] } as never;
    },
  };
  const { total, there } = countRuns(findRecords(own, all));
  assert.deepEqual([total, there.length, made.size], [nothing.total, nothing.total, nothing.total]);
});

test("what study is asked for is one thing, and in its form", async () => {
  const store = new RecordStore(folder);
  const stopped = AbortSignal.abort(new Error("it would have begun"));
  for (const [options, expected] of [
    [{ store, fresh: true }, /study options have both store and fresh, which chooses the store: leave one of them out/],
    [{ store, fresh: false }, /both store and fresh/],
    [{ fresh: "yes" }, /study options\.fresh is "yes", expected boolean/],
    [{ store: {} }, /study options\.store is \{\}, expected a store of records/],
    [{ store: null }, /study options\.store is null, expected a store of records/],
    [{ parts: "smoke" }, /parts is "smoke", expected a list of names/],
    [{ models: 3 }, /models is 3, expected a list of names/],
    [null, /study options is null, expected/],
  ] as const) {
    const given = options && { ...options, signal: stopped };
    await assert.rejects(study(studies.smoke, given as unknown as StudyOptions<RunRecord>), (error: Error) => {
      assert.ok(error instanceof UserError, `${error.stack}`);
      assert.match(error.message, expected);
      return true;
    });
  }
});
