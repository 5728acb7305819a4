import assert from "node:assert/strict";
import { test } from "node:test";
import {
  copyLengths,
  digitsByLength,
  focusEnds,
  focusOutcomes,
  headPaths,
  rangeCosts,
  renderSvg,
  type Spec,
  shiftShares,
  taskOutcomes,
  taskTitle,
} from "../../src/figures/index.js";
import { type Row, withParts } from "../../src/figures/spec.js";
import type { TaskRecord } from "../../src/study/index.js";
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
    ["gaussian", "discrete"].map((component) => ({
      step,
      head,
      component,
      share: component === "gaussian" ? 0.75 : 0.25,
    })),
  ),
);

/** Texts that must be in the picture. */
const EVERY: Record<string, { spec: Spec; texts: string[] }> = {
  taskOutcomes: { spec: taskOutcomes(range), texts: ["jump recall", "10/10", "0/10", "25 k", "periodic"] },
  focusOutcomes: { spec: focusOutcomes(focus), texts: ["needle", "copy"] },
  copyLengths: { spec: copyLengths(range), texts: ["length (vectors)", "longest in training"] },
  rangeCosts: {
    spec: rangeCosts(range),
    texts: ["jump recall", "copy", "4×", "bits per sequence", "DMS-NTM periodic"],
  },
  focusEnds: {
    spec: focusEnds(focus, "sigma"),
    texts: ["Copy: where sigma ends up", "write head", "read head", "delta-5", "0.3"],
  },
  focusEndsOfDelta: { spec: focusEnds(focus, "delta"), texts: ["shift delta (slots)"] },
  headPaths: {
    spec: headPaths(
      [0, 1, 2].flatMap((step) => ["read", "write"].map((head, i) => ({ step, head, x: step, y: (1 - 2 * i) * step }))),
      { title: "Two ways" },
    ),
    texts: ["address x", "read", "write", "Two ways"],
  },
  shiftShares: {
    spec: shiftShares(shares, { due: [2] }),
    texts: ["read head", "write head", "gaussian", "an answer is due"],
  },
  digitsByLength: {
    spec: digitsByLength([
      ...madeUpTasks("range-mnist1d-80", { gru: [0.5] }),
      ...madeUpTasks("range-mnist1d-160", { gru: [2] }),
    ]),
    texts: ["160", "test accuracy (%)", "GRU"],
  },
};

for (const [name, { spec, texts }] of Object.entries(EVERY)) {
  test(`${name} draws what it says, without a remark of Vega's`, async () => {
    const remarks: string[] = [];
    const svg = await renderSvg(spec, { warn: (line) => remarks.push(line) });
    assert.deepEqual(remarks, []);
    for (const text of texts)
      assert.ok(svg.includes(`>${text}`) || svg.includes(text), `${name}: no ${JSON.stringify(text)} in the picture`);
    assert.ok(!/NaN|undefined/.test(svg));
  });
}

test("figures of tasks say what is missing", () => {
  assert.throws(() => taskOutcomes([]), /no runs to draw/);
  const across = "seeds" as never;
  assert.throws(() => taskOutcomes(range, { across }), /^UserError: across is "seeds", expected one of models, tasks$/);
  const strange = "beta" as never;
  assert.throws(() => focusEnds(focus, strange), /quantity is "beta", expected one of sigma, delta, spread, gate$/);
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

test("headings of own names: broken at a dash, slanted where they are too long for the cells even so", async () => {
  const headed = (...names: string[]) =>
    taskOutcomes(
      names.flatMap((name) => madeUpTasks("range-copy", { ntm: [1, 1, 1] }).map((run) => ({ ...run, name }))),
    );
  const slanted = (svg: string) => [...svg.matchAll(/rotate\(330\)[^>]*>([^<]+)</g)].map(([, text]) => text);
  const short = await renderSvg(headed("narrow-focus", "wide-focus-0.3"));
  for (const line of [">narrow-<", ">focus<", ">wide-<", ">focus-0.3<"]) assert.ok(short.includes(line), line);
  assert.deepEqual(slanted(short), []);
  const long = await renderSvg(headed("narrow-focus-start", "wide-focus-from-the-start"));
  assert.deepEqual(slanted(long), ["narrow-focus-start", "wide-focus-from-the-start"]);
});

test("lengths are told in multiples of the training's longest, whatever length is tested first", () => {
  const tested = madeUpTasks("range-copy", { ntm: [1, 1, 1] }).map((run) => ({
    ...run,
    config: { ...run.config, test: { ...run.config.test, lengths: [5, 20, 40] } },
    tests: run.tests.map((one, i) => ({ ...one, length: [5, 20, 40][i]! })),
  }));
  assert.deepEqual([...new Set(rowsOf(rangeCosts(tested)).map(({ times }) => times))], ["0.5×", "2×", "4×"]);
});

/** Rows of all layers and panels. */
const rowsOf = (spec: Spec): Row[] =>
  withParts(spec).flatMap(({ data }) => (data as { values?: Row[] } | undefined)?.values ?? []);

test("costs below the floor of the scale are drawn there, counted in the subtitle, and told as they are", async () => {
  const spec = rangeCosts(range);
  const row = rowsOf(spec).find(({ cost }) => cost === 0)!;
  assert.deepEqual([row.costAt, row.lowAt], [1e-3, 1e-3]);
  assert.match(
    await renderSvg(spec),
    />at 1 of 12 points the median or its interval's lower end is below 0.001: drawn there</,
  );
  const above = rangeCosts(madeUpTasks("range-copy", { ntm: [0.01, 1, 9] }));
  assert.doesNotMatch(await renderSvg(above), /drawn there/);
  assert.ok(JSON.stringify(spec).includes('{"field":"guess","type":"quantitative","title":"guessing"'));
});

test("ends of heads: starts are the variants' own, else the head's; none of what has none; who isn't drawn is named", async () => {
  const starts = (quantity: "sigma" | "delta" | "gate", records = focus) => {
    const rows = rowsOf(focusEnds(records, quantity)).filter((row) => Object.keys(row).length === 2);
    return Object.fromEntries(rows.map(({ variant, value }) => [variant, Number((value as number).toFixed(2))]));
  };
  assert.deepEqual([starts("sigma").default, starts("sigma").needle], [0.79, 0.15]);
  assert.equal(starts("delta").default, 0);
  const apart = focus.map((run) => {
    const { model } = run.config;
    const write = { kind: "gaussian", sigma: "head", sigmaInit: 3 };
    const shift = { read: { kind: "gaussian" }, write };
    return { ...run, config: { ...run.config, model: { ...model, shift } } } as TaskRecord;
  });
  const drawn = rowsOf(focusEnds(apart, "sigma", { variants: ["default"] })).filter(
    (row) => Object.keys(row).length === 2,
  );
  assert.deepEqual(
    drawn.map(({ value }) => Number((value as number).toFixed(2))),
    [3, 0.79],
  );
  const gated = focus.map((run) => ({
    ...run,
    heads: run.heads.map((head) => ({ ...head, parameter: "gate" })),
  }));
  assert.deepEqual(starts("gate", gated), {});
  assert.doesNotMatch(JSON.stringify(focusEnds(gated, "gate")), /where it started/);
  const without = focus.map((run) => (run.name === "mixture" ? { ...run, heads: [] } : run));
  assert.match(await renderSvg(focusEnds(without, "sigma")), /not drawn, without one sigma: mixture/);
});

test("ends of heads: nothing is drawn of a variant that isn't asked for, and what isn't finite is named", async () => {
  const spec = focusEnds(focus, "sigma", { variants: ["needle"] });
  assert.deepEqual([...new Set(rowsOf(spec).map(({ variant }) => variant))], ["needle"]);
  const [first, ...rest] = focus;
  const heads = first!.heads.map((head) => ({ ...head, median: [Number.NaN] }));
  assert.throws(
    () => focusEnds([{ ...first!, heads }, ...rest], "sigma"),
    /value \d+ of \d+ is NaN, expected a number/,
  );
  // of a variant with a write head only there is no median of the read head, and that is all
  const writes = focus.map((record) => ({ ...record, heads: record.heads.filter(({ head }) => head === "write") }));
  await renderSvg(focusEnds(writes, "sigma"));
  for (const title of ["median over seeds", "started at"])
    assert.ok(JSON.stringify(spec).includes(`"title":"${title}"`), title);
});

test("two parts on one task, as of studies of one's own, are told apart by their names", () => {
  const named = (protocol: string) =>
    madeUpTasks("range-copy", { ntm: [0.1, 0.2, 0.3] }).map((record) => ({ ...record, protocol }));
  const tasksOf = (...parts: string[]) => {
    const spec = taskOutcomes(parts.flatMap(named));
    return (spec.data as { values: { task: string }[] }).values.map(({ task }) => task);
  };
  assert.deepEqual(tasksOf("own-copy", "short-copy"), ["own-copy", "short-copy"]);
  assert.deepEqual(tasksOf("own-copy", "range-jump-recall"), ["copy", "jump recall"]);
  assert.match(JSON.stringify(rangeCosts(named("own-copy"))), /"task":"copy"/);
});
