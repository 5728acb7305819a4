import assert from "node:assert/strict";
import { test } from "node:test";
import { compareOnTasks, summarizeTasks, taskComparisonTable, taskSummaryTable } from "../../../src/study/index.js";
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
  const frame = taskSummaryTable(runs);
  assert.deepEqual([frame.height, frame.getColumn("cost").toArray()], [3, [4, 12, 50]]);
});

test("models and tasks are summarized apart; where none converged there are no sequences", () => {
  const runs = [
    ...madeUpTasks("range-copy", { ntm: [1, 1, 1], dms: [0.01, 1, 1] }, 3),
    ...madeUpTasks("range-jump-recall", { ntm: [1, 1, 1] }, 3),
  ];
  const rows = summarizeTasks(runs).map(({ protocol, model, converged, sequences }) => [protocol, model, converged, sequences]);
  assert.deepEqual(rows, [
    ["range-copy", "ntm", 0, null],
    ["range-copy", "dms", 3, 21_000],
    ["range-jump-recall", "ntm", 0, null],
  ]);
});

test("comparisons: exact rank sums at every length, corrected for all of them; a tie where it is chance", () => {
  const runs = madeUpTasks("range-copy", { ntm: [1, 1, 1], "dms-periodic": [0.01, 1, 5] });
  const found = compareOnTasks(runs, [
    ["dms-periodic", "ntm"],
    ["dms-periodic", "lstm"],
  ]);
  assert.deepEqual(
    found.map(({ length, place, outcome, below }) => [length, place, outcome, below]),
    [
      [10, 0, "wins", 1],
      [20, 1, "tie", 0.5],
      [40, 2, "loses", 0],
    ],
  );
  assert.ok(Math.abs(found[0]!.p - 2 / 184_756) < 1e-12);
  assert.ok(Math.abs(found[0]!.corrected - 3 * found[0]!.p) < 1e-12, "Holm over three comparisons");
  assert.deepEqual(taskComparisonTable(found).getColumn("outcome").toArray(), ["wins", "tie", "loses"]);
  // of 40 vectors of 2 bits guessing costs 80 bits
  const wild = madeUpTasks("range-copy", { ntm: [1, 1, 400], "dms-periodic": [1, 1, 90] });
  assert.deepEqual(
    compareOnTasks(wild, [["dms-periodic", "ntm"]]).map(({ outcome }) => outcome),
    ["tie", "tie", "neither"],
  );
  // with three seeds a side no outcome can be more than chance
  const few = madeUpTasks("range-copy", { ntm: [1, 1, 1], "dms-periodic": [0.01, 0.01, 0.01] }, 3);
  assert.ok(compareOnTasks(few, [["dms-periodic", "ntm"]]).every(({ outcome }) => outcome === "tie"));
});
