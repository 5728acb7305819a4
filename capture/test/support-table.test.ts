import "./environment.js";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tf } from "../src/tensorflow.js";
import { KINDS, outcome } from "./support-table.js";

const page = join(__dirname, "../../../docs/guide/capture-layers.md");

const HEAD = `# What layers do in a captured training

Written by \`capture/test/support-table.test.ts\`, which trains a small model of every class of \`tf.layers\` by \`captureTraining\`, one step a call and
several, and by tfjs's \`fit\`, and compares the weights. CAPTURE_TABLE=write makes it write this page anew.

| tf.layers. | graph | xla |
| :-- | :-- | :-- |
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
  if (process.env.CAPTURE_TABLE === "write") writeFileSync(page, text);
  assert.equal(readFileSync(page, "utf8"), text);
  assert.doesNotMatch(text, /by fit|not finite/);
});
