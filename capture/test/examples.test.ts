import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { characterLstm } from "../examples/character-lstm.js";
import { cnnWithBatchNorm } from "../examples/cnn-batchnorm-dropout.js";
import { ownCell } from "../examples/own-cell.js";
import { twoInputs } from "../examples/two-inputs.js";

for (const [name, run, tolerance] of [
  ["a character LSTM", characterLstm, 1e-3],
  // dropout draws other numbers
  ["a 1-D CNN with batch norm and dropout", cnnWithBatchNorm, 0.3],
  ["a model of two inputs", twoInputs, 1e-3],
] as const) {
  test(`${name} trains as by fit`, async (context) => {
    const { fit, captured, fitLoss, capturedLoss } = await run();
    context.diagnostic(`${fit.toFixed(2)} ms a step by fit, ${captured.toFixed(2)} ms captured`);
    assert.ok(
      Math.abs(capturedLoss - fitLoss) <= tolerance * Math.max(1, fitLoss),
      `${capturedLoss}, by fit ${fitLoss}`,
    );
  });
}

test("a hand-written cell learns its leak under scan", async () => {
  assert.ok(Math.abs((await ownCell()) - 0.8) < 0.01);
});
