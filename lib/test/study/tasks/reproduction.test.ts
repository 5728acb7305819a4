import assert from "node:assert/strict";
import { test } from "node:test";
import { cost } from "../../../src/study/index.js";
import { madeUpTasks } from "./made-up.js";

test("runs on tasks reproduce the committed ones when they are equal, and when chance explains the difference", () => {
  const committed = madeUpTasks("range-copy", { ntm: [4, 9, 9], dms: [0.01, 9, 9] });
  const [ntm, dms, ...others] = cost.reproduced(committed, committed);
  assert.equal(others.length, 0);
  assert.deepEqual([ntm!.model, ntm!.seeds, ntm!.p, ntm!.inside], ["ntm", 10, 1, true]);
  assert.ok(Math.abs(ntm!.expected - 4 * 1.045) < 1e-9 && ntm!.got === ntm!.expected);
  assert.ok(dms!.inside);

  const other = madeUpTasks("range-copy", { ntm: [4.02, 9, 9], dms: [0.5, 9, 9] });
  const [near, far] = cost.reproduced(other, committed);
  assert.ok(near!.inside && near!.p! < 1, "a little more, in the same range");
  // all ten above all ten: 2 of the 184,756 choices of ten from twenty
  assert.ok(!far!.inside && Math.abs(far!.p! - 2 / 184_756) < 1e-12, String(far!.p));
});

test("only runs of the same seeds are compared; a model that one side lacks isn't", () => {
  const committed = madeUpTasks("range-copy", { ntm: [4, 9, 9] }, 4);
  const own = madeUpTasks("range-copy", { ntm: [4, 9, 9], gru: [9, 9, 9] }, 2);
  const checks = cost.reproduced(own, committed);
  assert.deepEqual(
    checks.map(({ model, seeds }) => [model, seeds]),
    [["ntm", 2]],
  );
  assert.deepEqual(cost.reproduced([], committed), []);
});
