import "./environment.js";
import { test } from "node:test";
import fc from "fast-check";
import { tf } from "../src/tensorflow.js";
import { type DrawnModel, drawnModel, trainsAsFit } from "./crowd.js";
import { drawnCell, scansAsEager } from "./crowd-cells.js";

/** How many of each: a small part in every run of the tests, CAPTURE_CROWD=1 for all. XLA takes a second for each. */
const WHOLE = process.env.CAPTURE_CROWD === "1";
const MODELS = WHOLE ? 300 : 10;
const CELLS = { graph: WHOLE ? 10_000 : 100, xla: WHOLE ? 300 : 6 };
/** Shrinking a model under XLA takes minutes: the whole run only counts. */
const seed = WHOLE ? { endOnFailure: true } : { seed: 1, endOnFailure: true };

/** A gradient through a sequence of one step, which tfjs hasn't. */
const oneStep: DrawnModel = {
  input: { kind: "sequence", steps: 1, size: 1 },
  layers: [1, 3].map((size) => ({ kind: "lstm", size, activation: "tanh", flag: true })),
  batch: 2,
  outputs: 1,
  optimizer: "sgd",
  seed: 1,
};

for (const compile of ["graph", "xla"] as const) {
  test(`${compile}: ${MODELS} random models train ten steps as fit does`, async () => {
    await fc.assert(
      fc.asyncProperty(drawnModel, (drawn) => trainsAsFit(drawn, compile)),
      { numRuns: MODELS, ...seed, examples: [[oneStep]] },
    );
  });

  test(`${compile}: ${CELLS[compile]} random cells and their gradients are under scan what they are eagerly`, async () => {
    await fc.assert(
      fc.asyncProperty(drawnCell, async (drawn) => {
        tf.engine().startScope();
        try {
          await scansAsEager(drawn, compile);
        } finally {
          tf.engine().endScope();
        }
      }),
      { numRuns: CELLS[compile], ...seed },
    );
  });
}
