import assert from "node:assert/strict";
import { test } from "node:test";
import {
  digitsByLength,
  focusEnds,
  rangeCosts,
  renderSvg,
  type Spec,
  shiftShares,
  taskOutcomes,
  taskTitle,
} from "../../src/figures/index.js";
import { madeUpTask, madeUpTasks } from "../study/tasks/made-up.js";

const range = [
  ...madeUpTasks("range-jump-recall", { ntm: [5, 20, 90], "dms-periodic": [0.05, 20, 200] }),
  ...madeUpTasks("range-copy", { ntm: [0.01, 1, 1e9], "dms-periodic": [0, 1, 9] }),
];
const focus = madeUpTasks("focus-copy", {
  default: [0.05, 1, 9],
  needle: [9, 9, 9],
  "delta-5": [0.05, 1, 9],
  mixture: [9, 9, 9],
});
const shares = [0, 1, 2].flatMap((step) =>
  ["read", "write"].flatMap((head) =>
    ["gaussian", "discrete"].map((component) => ({ step, head, component, share: component === "gaussian" ? 0.75 : 0.25 })),
  ),
);

/** Texts that must be in the picture. */
const EVERY: Record<string, { spec: Spec; texts: string[] }> = {
  taskOutcomes: { spec: taskOutcomes(range), texts: ["jump recall", "10 of 10", "0 of 10", "after 25 k", "periodic"] },
  taskOutcomesAcross: {
    spec: taskOutcomes(focus, { across: "tasks", modelTitles: (name) => name }),
    texts: ["needle", "copy"],
  },
  rangeCosts: { spec: rangeCosts(range), texts: ["jump recall", "copy", "4×", "bits per sequence", "DMS-NTM periodic"] },
  focusEnds: { spec: focusEnds(focus, "sigma"), texts: ["Where sigma ends up", "write head", "read head", "delta-5", "0.3"] },
  focusEndsOfDelta: { spec: focusEnds(focus, "delta"), texts: ["shift delta (slots)"] },
  shiftShares: { spec: shiftShares(shares, { due: [2] }), texts: ["read head", "write head", "gaussian", "an answer is due"] },
  digitsByLength: {
    spec: digitsByLength([
      ...madeUpTasks("range-mnist1d-80", { gru: [0.5] }),
      ...madeUpTasks("range-mnist1d-160", { gru: [2] }),
    ]),
    texts: ["160", "test accuracy (%)", "GRU"],
  },
};

for (const [name, { spec, texts }] of Object.entries(EVERY)) {
  test(`${name} draws what it says`, async () => {
    const svg = await renderSvg(spec);
    for (const text of texts)
      assert.ok(svg.includes(`>${text}`) || svg.includes(text), `${name}: no ${JSON.stringify(text)} in the picture`);
    assert.ok(!/NaN|undefined/.test(svg));
  });
}

test("figures of tasks say what is missing", () => {
  assert.throws(() => taskOutcomes([]), /no runs to draw/);
  assert.throws(() => rangeCosts([madeUpTask("range-mnist1d-80", "gru", 0)]), /tested at two lengths or more/);
  assert.throws(() => digitsByLength(range), /no runs on stretched digits/);
  assert.throws(
    () =>
      focusEnds(
        focus.map((record) => ({ ...record, heads: [] })),
        "sigma",
      ),
    /no record tells sigma/,
  );
  assert.throws(() => shiftShares([]), /no shares to draw/);
  assert.deepEqual(["range-mnist1d-80", "focus-copy", "range-ngrams"].map(taskTitle), [
    "MNIST-1D, 80 points",
    "copy",
    "n-grams",
  ]);
});
