import assert from "node:assert/strict";
import { test } from "node:test";
import { focusVariants, studies } from "../../src/studies/index.js";
import { compare } from "../../src/study/index.js";
import { focusVerdict, ntmPaperSentence, rangeVerdict, taskOutcomeTable } from "../../src/verdict/index.js";
import { madeUpTask, madeUpTasks } from "../study/tasks/made-up.js";

const alike = { gru: [9, 20, 90], lstm: [9, 20, 90], dms: [4, 20, 90], mixture: [4, 20, 90] };

test("the verdict of long range tells wins, losses and ties from the records, and what property wins", () => {
  const jump = { ...alike, ntm: [5, 20, 60], "ntm-wide": [0.05, 20, 90], "dms-periodic": [0.05, 20, 70] };
  const copy = { ...alike, ntm: [0.01, 1, 9], "ntm-wide": [5, 20, 90], "dms-periodic": [0.05, 1, 9] };
  const records = [...madeUpTasks("range-jump-recall", jump), ...madeUpTasks("range-copy", copy)];
  const text = rangeVerdict(records);
  assert.match(text, /\| jump recall \| 9\.4 \(0\/10\) \|/);
  assert.match(
    text,
    /\*\*Against NTM\.\*\* DMS-NTM periodic: at the training's lengths wins on jump recall and loses on copy; at twice ties on jump recall and copy;/,
  );
  assert.match(text, /at four times loses on jump recall and ties on copy/);
  assert.match(
    text,
    /\*\*Jump recall, DMS-NTM periodic wins\.\*\* DMS-NTM periodic 0\.052 bits \(0\.051 to 0\.054\), 10 of 10 runs converged; NTM 5\.2 bits/,
  );
  assert.match(
    text,
    /On jump recall a discrete shift that reaches ten slots either way does as well: what wins there is how far a head gets/,
  );
  const wide = rangeVerdict(madeUpTasks("range-jump-recall", { ...jump, "ntm-wide": [5, 20, 90] }));
  assert.match(wide, /On jump recall the continuous shift also beats a discrete one of the same reach/);
  const focus = (local: number) => madeUpTasks("focus-jump-recall", { default: [0.05, 20, 90], local: [local, 20, 90] });
  assert.match(
    rangeVerdict(records, focus(9)),
    /On jump recall with 0\.01 for both \(10 of 10 runs of DMS-NTM periodic and 0 of 10 of NTM converge\) the win stands\./,
  );
  assert.match(rangeVerdict(records, focus(0.05)), /no difference is left: that win hangs on the learning rate/);
  const table = taskOutcomeTable(compare(studies.range, records));
  assert.match(table, /\| jump recall \| \*\*wins\*\*, tie, \*\*loses\*\* \|/);
  assert.match(text, /No run has been made yet on strided reverse, .* and MNIST-1D, 320 points: `make study STUDY=range`/);
  assert.match(rangeVerdict([]), /No run of the study of long range has been made yet/);
});

test("the NTM paper's copy task: converged runs, and how many copy the longest sequences without a wrong bit", () => {
  const good = madeUpTasks("ntm-paper-copy", { ntm: [0.01, 0.01, 0.02, 0.03, 0.04, 0.05] }, 4);
  const bad = madeUpTask("ntm-paper-copy", "ntm", 4, { costs: [0.01, 0.02, 0.03, 0.04, 9, 90] });
  const text = ntmPaperSentence([...good, bad]);
  assert.match(text, /5 of 5 runs of our discrete NTM converge \(95 %: 57 to 100 %\), after 22,000 sequences/);
  assert.match(
    text,
    /Trained on up to 20 vectors, 4 of 5 copy every one of 100 test sequences of 120 vectors without a wrong bit/,
  );
  assert.equal(ntmPaperSentence([]), "");
});

test("the verdict of the focus tells the best starts, what is worse, and where sigma and delta end", () => {
  const costs = Object.fromEntries(
    Object.keys(focusVariants).map((name) => [name, name === "whole" ? [9, 9, 9] : [0.05, 1, 9]]),
  );
  const text = focusVerdict(madeUpTasks("focus-copy", { ...costs, local: [0.01, 1, 9], mixture: [9, 9, 9] }));
  assert.match(text, /\*\*Copy\.\*\* `default`: 10 of 10 runs converge, 0\.052 bits a sequence/);
  assert.match(text, /Fastest of these is `default`, after 24,500 sequences in the median\./);
  assert.match(text, /Nothing is better than `default` by more than chance\. Worse: `whole`\./);
  assert.match(text, /Better than `default`: `local`\. Worse: `mixture`\./);
  assert.match(
    text,
    /Where sigma and delta end up, copy\.\*\* in runs that converged, .*write heads 0\.34 with shifts of 0\.34 slots/,
  );
  assert.match(focusVerdict([]), /has been made yet/);
  assert.equal(studies.focus.families[0]!.pairs.length, Object.keys(costs).length - 1);
});
