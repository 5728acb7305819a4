import assert from "node:assert/strict";
import { test } from "node:test";
import { headPositions, headWeights, slotStates } from "../../src/display/heads.js";
import { traceTask } from "../../src/display/trace-task.js";
import { headPaths, renderSvg, taskTrace } from "../../src/figures/index.js";
import { buildModel } from "../../src/models/index.js";
import { makeTask } from "../../src/tasks/index.js";
import { taskModel } from "../../src/training/index.js";
import { userMessage } from "../support.js";

const task = makeTask({ task: "copy", bits: 2, lengths: [1, 3] });
const steps = task.steps(3);
const dnc = () => buildModel(taskModel(task, { kind: "dnc", hidden: 4, slots: 5, width: 3, readHeads: 2 }), 1);
const lie = () => buildModel(taskModel(task, { kind: "lie-access", hidden: 4, width: 3 }), 1);

test("a DNC's trace shows its heads and how much each slot is used", async () => {
  const model = dnc();
  const trace = traceTask(model, task, 3);
  const shown = [...new Set(trace.heads.map(({ head }) => head))];
  assert.deepEqual(shown, ["read 1", "read 2", "write", "usage"]);
  assert.equal(trace.heads.length, steps * 4 * 5);
  assert.ok(trace.heads.every(({ weight }) => weight >= 0 && weight <= 1 + 1e-6));
  assert.match(await renderSvg(taskTrace(trace)), /usage: slot/);
  model.dispose();
});

test("what is used: at the start nothing, later what was written and isn't freed", () => {
  const model = dnc();
  const sequence = new Float32Array(4 * 4).fill(1);
  const usage = slotStates(model, sequence);
  assert.ok(usage.filter(({ step }) => step === 0).every(({ weight }) => weight === 0));
  // one step later the usage is what the first write left
  const written = headWeights(model, sequence).filter(({ step, head }) => step === 0 && head === "write");
  const then = usage.filter(({ step }) => step === 1);
  written.forEach(({ weight }, slot) => assert.ok(then[slot]!.weight <= weight + 1e-6));
  assert.ok(then.some(({ weight }) => weight > 0));
  model.dispose();
});

test("the heads of a Lie-access memory go through a plane", async () => {
  const model = lie();
  const sequence = new Float32Array(4 * steps).fill(0.5);
  const rows = headPositions(model, sequence);
  assert.deepEqual([...new Set(rows.map(({ head }) => head))], ["read", "write"]);
  assert.equal(rows.length, 2 * steps);
  assert.match(await renderSvg(headPaths(rows)), /address x/);
  assert.deepEqual(slotStates(model, sequence), []);
  assert.match(
    userMessage(() => headPositions(dnc(), sequence)),
    /no head of dnc moves in a plane/,
  );
  assert.match(
    userMessage(() => headPaths([])),
    /no positions/,
  );
  assert.match(
    userMessage(() => headPaths([{ step: 0, head: "read", x: Number.NaN, y: 0 }])),
    /\["NaN",0\] at step 0/,
  );
  model.dispose();
});
