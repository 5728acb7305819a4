import assert from "node:assert/strict";
import { test } from "node:test";
import { studies } from "../../src/studies/index.js";
import { accuracy, publishedOf, type RunRecord } from "../../src/study/index.js";
import { madeUp } from "./records.js";

const runs = (name: string, correct: number[]): RunRecord[] =>
  correct.map((right, seed) => madeUp(name, seed, { correct: right }));
const committed = (own: RunRecord[], reference: RunRecord[]) =>
  accuracy.reproduced(own, reference).filter(({ against }) => against === "committed");

test("equal runs are inside; a part of the seeds is compared with the same seeds alone", () => {
  const reference = runs("gru", [640, 660, 650, 400]);
  const [check] = committed(runs("gru", [640, 660]), reference);
  assert.equal(check!.seeds, 2);
  assert.equal(check!.expected, check!.got);
  assert.ok(check!.inside);
});

test("other bits, which are like other seeds, are inside; a model that learns less is outside", () => {
  const reference = runs("gru", [640, 650, 660, 645]);
  assert.ok(committed(runs("gru", [655, 640, 648, 662]), reference)[0]!.inside);
  const [worse] = committed(runs("gru", [600, 610, 615, 605]), reference);
  assert.ok(!worse!.inside);
  // three standard errors of a difference of two means of four runs, by hand: sd of 640, 650, 660, 645 is 8.539 of 800
  assert.ok(Math.abs(worse!.tolerance! - 3 * (8.5391 / 800) * Math.sqrt(2 / 4)) < 1e-4);
});

test("one seed has a tolerance too, and reference runs that are all equal don't make it 0", () => {
  const [check] = committed(runs("gru", [641]), runs("gru", [640]));
  assert.ok(check!.inside && check!.tolerance! > 0);
});

test("the published single run is held against the runs' prediction interval; without a spread it isn't", () => {
  // published: GRU 0.8125, MLP 0.6075
  const published = (own: RunRecord[]) => accuracy.reproduced(own, [], publishedOf(studies.published));
  assert.ok(published(runs("gru", [640, 650, 660]))[0]!.inside);
  assert.ok(!published(runs("mlp", [640, 650, 660]))[0]!.inside);
  assert.deepEqual(published(runs("gru", [640])), []);
});
