import assert from "node:assert/strict";
import { test } from "node:test";
import { addressingWalkFigure, renderSvg, weightsComparison } from "../../src/figures/index.js";
import type { Row, Spec } from "../../src/figures/spec.js";
import { madeUpWalk, madeUpWalks } from "./walks.js";

const walks = madeUpWalks();
/** Areas of a colour, of which neighbours are one path. */
const filled = (svg: string, color: string) => {
  const paths = [...svg.matchAll(/<path d="([^"]*)"[^>]* fill="([^"]*)"/g)].filter(([, , fill]) => fill === color);
  return paths.reduce((sum, [, places]) => sum + places!.split("M").length - 1, 0);
};

test("the data hold every number of the walks to a six-hundredth of the largest, in text that takes little room", () => {
  const { states, heads, signals } = addressingWalkFigure(walks).datasets as Record<
    "states" | "heads" | "signals",
    Row[]
  >;
  assert.deepEqual([states!.length, heads!.length, signals!.length], [2 * 2 * 5, 2 * 2 * 5 * 2, 2 * 5]);
  const row = states!.find(({ model, sample, step }) => model === "DMS-NTM periodic" && sample === 8 && step === 4)!;
  const { memory } = walks["dms-periodic"][1]!.steps[4]!;
  const numbers = (text: unknown) =>
    (String(text).match(/../g) ?? []).map((pair) => (Number.parseInt(pair, 36) - 648) / 647);
  const near = (text: unknown, wanted: number[], unit = 1) => {
    assert.equal(numbers(text).length, wanted.length);
    numbers(text).forEach((value, i) => {
      assert.ok(Math.abs(value * unit - wanted[i]!) <= (0.51 * unit) / 647, `${value * unit}, not ${wanted[i]}`);
    });
  };
  near(row.memory, memory.flat(), Number(row.most));
  assert.ok(memory.flat().every((value) => Math.abs(value) <= Number(row.most)));
  near(row.probabilities, [0.5, 0.3, 0.2]);
  const head = heads!.find(
    ({ model, sample, step, head }) => model === "NTM" && sample === 3 && step === 1 && head === "write",
  )!;
  near(head.weights, [0.1, 0.7, 0.1, 0.1]);
  assert.deepEqual([head.gate, head.shift, head.low, head.high], [0.2, 0, -0.5, 0.5]);
});

test("a static picture has the chosen step and models; another step gives another one", async () => {
  const pictures = await Promise.all(
    [1, 3].map((step) => renderSvg(addressingWalkFigure(walks, { step, right: "ntm" }))),
  );
  for (const svg of pictures) {
    assert.equal(svg.split(">NTM<").length - 1, 2);
    assert.ok(!svg.includes(">DMS-NTM periodic<"));
  }
  assert.notEqual(pictures[0], pictures[1]);
});

test("heat maps have a cell a step and slot, dark where a head looks", async () => {
  const svg = await renderSvg(weightsComparison(walks, { sample: 8 }));
  // 2 models, 2 heads, 5 steps, one slot of four with weight 0.7, the largest
  assert.equal(filled(svg, "#08306b"), 2 * 2 * 5);
});

test("the step follows the pointer in every panel over steps, and every panel that is named is there", () => {
  const spec = addressingWalkFigure(walks);
  const names: string[] = [];
  JSON.stringify(spec.vconcat, (key, value) => {
    if (key === "name" && typeof value === "string" && !["signals", "heads", "states", "picked"].includes(value))
      names.push(value);
    return value;
  });
  const [at] = spec.params as { views: string[] }[];
  assert.deepEqual([...at!.views].sort(), names.sort());
  assert.equal(at!.views.length, 1 + 2 * (4 + 2));
});

test("one model and one sample are enough", async () => {
  const spec: Spec = addressingWalkFigure({ mine: [madeUpWalk(0)] });
  assert.match(await renderSvg(spec), />mine</);
});

test("bad arguments are named with their value", () => {
  assert.throws(() => addressingWalkFigure({}), /no walks to draw/);
  assert.throws(() => weightsComparison({ ntm: [] }), /no walks to draw/);
  assert.throws(() => addressingWalkFigure(walks, { left: "gru" }), /left is "gru", expected one of ntm, dms-periodic/);
  assert.throws(() => addressingWalkFigure(walks, { step: 5 }), /step is 5, expected a whole number from 0 to 4/);
  assert.throws(() => weightsComparison(walks, { sample: 1 }), /sample is 1, expected one of 3, 8/);
  const other = { ...walks, dms: [madeUpWalk(3), madeUpWalk(9)] };
  assert.throws(
    () => addressingWalkFigure(other),
    /ntm walked through the samples 3 of 5 steps, 8 of 5 steps, dms through 3/,
  );
  assert.throws(() => addressingWalkFigure({ ntm: [madeUpWalk(0, Number.NaN)] }), /a walk has the value NaN/);
});
