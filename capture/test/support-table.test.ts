import "./environment.js";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tf } from "../src/tensorflow.js";
import { KINDS, outcome } from "./support-table.js";

const page = join(__dirname, "../../../docs/guide/capture-layers.md");

const HEAD = `# What layers do in a captured training

Nearly every layer trains as in \`fit\`, whether the step is compiled as a graph or by XLA ([what these are](capture.md)).
Exceptions:

- dropout and noise layers draw other random numbers than \`fit\`: "trains, with numbers of its own";
- a stateful layer is refused;
- through \`masking\` and \`thresholdedReLU\` tfjs itself has no gradient: no layer before them can be trained;
- \`conv3dTranspose\`, \`centerCrop\`, \`resizing\`, \`categoryEncoding\` and \`randomWidth\` fail in tfjs itself.

"As fit" means that the weights are the same after some steps.

| tf.layers. | graph | xla |
| :-- | :-- | :-- |
`;

const END = `
Written by \`capture/test/support-table.test.ts\`: it trains a small model of every class of \`tf.layers\` by
\`captureTraining\`, one step a call and several, and by \`fit\`, and compares the weights. With CAPTURE_TABLE=write it writes
this page anew.
`;

/** Names of one and the same maker, and makers that make no layer of their own. */
const ALIASES = /^(avgPool|maxPool\dd|globalMaxPool\dd|avgPooling|Layer|RNN|RNNCell|input|inputLayer|convLstm2dCell)/;

test("the page says of every class of tf.layers what it does, and none trains otherwise than fit unsaid", async () => {
  const made = Object.entries(tf.layers).filter(([name, maker]) => typeof maker === "function" && !ALIASES.test(name));
  assert.deepEqual(
    made.map(([name]) => name).filter((name) => !(name in KINDS)),
    [],
    "layers that nobody tries",
  );
  let text = HEAD;
  for (const [name, kind] of Object.entries(KINDS)) {
    const [graph, xla] = [await outcome(kind, "graph"), await outcome(kind, "xla")];
    text += `| ${name} | ${graph} | ${xla} |\n`;
    tf.disposeVariables();
  }
  text += END;
  if (process.env.CAPTURE_TABLE === "write") writeFileSync(page, text);
  assert.equal(readFileSync(page, "utf8"), text);
  assert.doesNotMatch(text, /by fit|not finite/);
});
