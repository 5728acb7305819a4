import assert from "node:assert/strict";
import { test } from "node:test";
import { studies } from "../../../src/studies/index.js";
import {
  chosen,
  compare,
  comparisonTable,
  type Pair,
  partOf,
  type Study,
  summarizeTasks,
  summaryTable,
  type TaskRecord,
} from "../../../src/study/index.js";
import { madeUpTask, madeUpTasks } from "./made-up.js";

test("a summary: median costs with their intervals, converged runs with Wilson's, sequences of those that did", () => {
  const runs = [0.05, 0.05, 4, 4, 4].map((cost, seed) =>
    madeUpTask("range-copy", "ntm", seed, { costs: [cost, 10 + seed, 50] }),
  );
  const [summary, ...others] = summarizeTasks(runs);
  assert.equal(others.length, 0);
  const { converged, seeds, share, sequences, lengths } = summary!;
  assert.deepEqual([converged, seeds, sequences], [2, 5, 20_500]);
  // Wilson's interval of 2 of 5 by hand
  assert.ok(Math.abs(share.low - 0.1176) < 1e-4 && Math.abs(share.high - 0.7693) < 1e-4, JSON.stringify(share));
  assert.deepEqual(
    lengths.map(({ length, cost, interval }) => [length, cost, interval]),
    [
      [10, 4, { low: 0.05, high: 4 }],
      [20, 12, { low: 10, high: 14 }],
      [40, 50, { low: 50, high: 50 }],
    ],
  );
  const frame = summaryTable(runs);
  assert.deepEqual([frame.height, frame.getColumn("cost").toArray()], [3, [4, 12, 50]]);
});

test("models and tasks are summarized apart; where none converged there are no sequences", () => {
  const runs = [
    ...madeUpTasks("range-copy", { ntm: [1, 1, 1], dms: [0.01, 1, 1] }, 3),
    ...madeUpTasks("range-jump-recall", { ntm: [1, 1, 1] }, 3),
  ];
  const rows = summarizeTasks(runs).map(({ part, model, converged, sequences }) => [part, model, converged, sequences]);
  assert.deepEqual(rows, [
    ["range-copy", "ntm", 0, null],
    ["range-copy", "dms", 3, 21_000],
    ["range-jump-recall", "ntm", 0, null],
  ]);
  const columnsOf = (some: TaskRecord[]) => summaryTable(some).columns;
  assert.ok(columnsOf(runs).includes("sequences"));
  const none = columnsOf(madeUpTasks("range-copy", { ntm: [1, 1, 1] }, 3));
  assert.ok(none.includes("cost") && !none.includes("sequences"), "a column without a value is left out");
});

test("runs at several learning rates have none in common; tests at other lengths, and a run that is there twice, are refused", () => {
  const run = (seed: number, rate: number) => {
    const made = madeUpTask("range-copy", "ntm", seed);
    return { ...made, config: { ...made.config, training: { ...made.config.training, learningRate: rate } } };
  };
  const rateOf = (...runs: TaskRecord[]) => summarizeTasks(runs)[0]!.learningRate;
  assert.deepEqual([rateOf(run(0, 1e-3), run(1, 1e-3)), rateOf(run(0, 1e-3), run(1, 3e-3))], [1e-3, null]);
  assert.equal(summarizeTasks([run(0, 1e-3)])[0]!.trained, 10);
  const longer = run(1, 1e-3);
  const other = { ...longer, config: { ...longer.config, test: { ...longer.config.test, lengths: [10, 30] } } };
  assert.throws(
    () => summarizeTasks([run(0, 1e-3), other]),
    /ntm on range-copy were tested at 10, 20, 40 and at 10, 30/,
  );
  const again = [run(0, 1e-3), run(1, 1e-3), run(0, 1e-3)];
  for (const use of [summarizeTasks, (runs: TaskRecord[]) => compare(studies.range, runs)])
    assert.throws(() => use(again), /ntm with seed 0 on range-copy is there twice: give each run once/);
  // a tuning run with the same seed has a variant
  assert.equal(summarizeTasks([run(0, 1e-3), { ...run(0, 3e-3), variant: "rate0.003" }])[0]!.seeds, 2);
});

const onCopy: Study<TaskRecord> = { ...studies.range, parts: [partOf(studies.range, "range-copy")] };
const compared = (runs: TaskRecord[], pairs: Pair[]) =>
  compare({ ...onCopy, families: [{ question: "which shift", pairs }] }, runs);

test("comparisons: exact rank sums at every length, corrected for all of them; undecided where it is chance", () => {
  const runs = madeUpTasks("range-copy", { ntm: [1, 1, 1], "dms-periodic": [0.01, 1, 5] });
  const found = compared(runs, [
    ["dms-periodic", "ntm"],
    ["dms-periodic", "lstm"],
  ]);
  assert.deepEqual(
    found.map(({ length, place, outcome, better }) => [length, place, outcome, better]),
    [
      [10, 0, "wins", 1],
      [20, 1, "undecided", 0.5],
      [40, 2, "loses", 0],
    ],
  );
  assert.ok(Math.abs(found[0]!.p - 2 / 184_756) < 1e-12);
  assert.ok(Math.abs(found[0]!.corrected - 6 * found[0]!.p) < 1e-12, "Holm over six, of which three are to come");
  const table = comparisonTable(found);
  assert.deepEqual(table.getColumn("outcome").toArray(), ["wins", "undecided", "loses"]);
  assert.ok(table.columns.includes("better") && !table.columns.includes("mean"), "no column of nothing");
  // with three seeds a side no outcome can be more than chance
  const few = madeUpTasks("range-copy", { ntm: [1, 1, 1], "dms-periodic": [0.01, 0.01, 0.01] }, 3);
  assert.ok(compared(few, [["dms-periodic", "ntm"]]).every(({ outcome }) => outcome === "too few seeds"));
  // with four one comparison can be, but not one of nine: the smallest p is 2 / 70
  const four = madeUpTasks("range-copy", { ntm: [1, 1, 1], "dms-periodic": [0.01, 0.01, 0.01] }, 4);
  assert.ok(
    compared(four, [["dms-periodic", "ntm"]]).every(
      ({ outcome, leastP }) => outcome === "too few seeds" && leastP === 2 / 70,
    ),
  );
});

test("where neither learned the task the outcome says so, whatever the costs: it is no tie, and no win", () => {
  const outcomes = (costs: Record<string, number[]>) =>
    compared(madeUpTasks("range-copy", costs), [["dms-periodic", "ntm"]]).map(({ outcome }) => outcome);
  const neither = "neither learned it";
  assert.deepEqual(outcomes({ ntm: [9, 1, 1], "dms-periodic": [1, 1, 5] }), [neither, neither, neither]);
  // of 40 vectors of 2 bits guessing costs 80 bits
  assert.deepEqual(outcomes({ ntm: [0.01, 1, 400], "dms-periodic": [0.01, 1, 90] }), [
    "undecided",
    "undecided",
    neither,
  ]);
  // half of the seeds is enough, one less isn't
  const runs = (learned: number) => [
    ...madeUpTasks("range-copy", { ntm: [9, 9, 9] }),
    ...madeUpTasks("range-copy", { "dms-periodic": [1, 1, 1] }).map((record, i) =>
      i < learned ? { ...record, sequencesToConverge: 20_000 } : record,
    ),
  ];
  const first = (learned: number) => compared(runs(learned), [["dms-periodic", "ntm"]])[0]!;
  assert.deepEqual([first(5).outcome, first(4).outcome], ["wins", neither]);
  assert.equal(first(4).corrected, first(5).corrected, "it was planned, so it is corrected for");
});

test("comparisons whose runs are still to come count in the correction as p = 1, so that it can only fall as they are made", () => {
  const copy = madeUpTasks("range-copy", { ntm: [1, 1, 1], "dms-periodic": [0.01, 1, 5] });
  const jump = madeUpTasks("range-jump-recall", { ntm: [1, 1, 1], "dms-periodic": [1, 1, 1] });
  const study = {
    ...onCopy,
    parts: ["range-copy", "range-jump-recall"].map((name) => partOf(studies.range, name)),
    families: [{ question: "which shift", asTrained: true, pairs: [["dms-periodic", "ntm"] as const] }],
  };
  const first = (runs: TaskRecord[], of: Study<TaskRecord> = study) => compare(of, runs)[0]!;
  assert.equal(first(copy).corrected, 2 * first(copy).p);
  assert.equal(first(copy).corrected, first([...copy, ...jump]).corrected);
  const clearer = madeUpTasks("range-jump-recall", { ntm: [1, 1, 1], "dms-periodic": [0.01, 1, 1] });
  const weaker = madeUpTasks("range-copy", { ntm: [1, 1, 1], "dms-periodic": [1, 1, 1] }).map((run, i) =>
    i % 3 === 0 ? run : { ...run, tests: run.tests.map((one) => ({ ...one, cost: one.cost * (1 + i / 9) })) },
  );
  assert.ok(first([...weaker, ...clearer]).corrected <= first(weaker).corrected);
  const cut = first(copy, chosen(study, { parts: ["range-copy"] }));
  assert.equal(cut.corrected, first(copy).corrected, "a part that is looked at alone is judged as in the whole");
  const pair = first(copy, chosen(study, { models: ["ntm", "dms-periodic"] }));
  assert.equal(pair.corrected, first(copy).corrected);
  const partByPart = { ...study, families: study.families.map((family) => ({ ...family, partByPart: true })) };
  assert.equal(first(copy, partByPart).corrected, first(copy).p);
  const [whole, other] = study.parts;
  const without = { ...study, parts: [whole, { ...other, models: { ntm: other!.models.ntm! } }] } as Study<TaskRecord>;
  assert.equal(first(copy, without).corrected, first(copy).p, "a part without a model asks nothing");
});
