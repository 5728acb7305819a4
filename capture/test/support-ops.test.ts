import "./environment.js";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tf } from "../src/tensorflow.js";
import { OPS, OTHERS, opOutcome } from "./support-ops.js";
import { OPTIMIZERS, optimizerOutcome } from "./support-optimizers.js";

const page = join(__dirname, "../../../docs/guide/capture-ops.md");

const HEAD = `# What functions and optimizers do when they are captured

Captured, most functions give what they give eagerly: the first row of the second table. Refused are complex and random
numbers, and results whose size depends on values. XLA refuses four more, two of them only in a cell or in a
gradient. Some have no kernel in tfjs-node at all. Each is tried alone; where several follow each other,
[TensorFlow may rewrite them](capture.md#what-tensorflow-rewrites).

## Optimizers

\`captureTraining\` takes optimizers that are values. One of \`tf.train\` works in a function that you capture: call
\`minimize\` once before, so that it has made its variables. The learning rate stays that of the recording, whatever is
set later.

| tf.train. | in a captured function | as a value for \`captureTraining\` |
| :-- | :-- | :-- |
`;

const END = `
Written by \`capture/test/support-ops.test.ts\`: it calls every function of tensors that tfjs exports eagerly and captured,
takes its gradient, and calls it in the cell of a \`scan\`. With CAPTURE_TABLE=write it writes this page anew.
`;

/** tf's namespaces of ops. */
const NAMESPACES = ["fused", "image", "linalg", "losses", "signal"] as const;
/** Other functions of tf's, besides classes: the engine's, its registries', and models'. */
const HOUSEKEEPING = new Set(
  (
    "backend copyRegisteredKernels cosineWindow customGrad deprecationWarn disableDeprecationWarnings dispose disposeVariables enableDebugMode " +
    "enableProdMode enclosingPowerOfTwo engine env findBackend findBackendFactory getBackend getGradient getKernel getKernelsForBackend grad grads " +
    "keep memory nextFrame profile ready registerBackend registerGradient registerKernel removeBackend setBackend setPlatform sumOutType tidy time " +
    "train unregisterGradient unregisterKernel upcastType valueAndGrad valueAndGrads variableGrads input loadLayersModel model " +
    "registerCallbackConstructor sequential deregisterOp loadGraphModel loadGraphModelSync registerOp forceHalfFloat setWebGLContext"
  ).split(" "),
);

test("the page says of every function of tensors what it does, and none differs from eager unsaid", async () => {
  const known = new Set([...Object.keys(OPS), ...OTHERS]);
  const own = Object.entries(tf).flatMap(([name, value]) =>
    typeof value === "function" && /^[a-z]/.test(name) && !HOUSEKEEPING.has(name) ? [name] : [],
  );
  const inside = NAMESPACES.flatMap((space) => Object.keys(tf[space]).map((name) => `${space}.${name}`));
  assert.deepEqual(
    [...own, ...inside].filter((name) => !known.has(name)),
    [],
    "functions that nobody tries",
  );
  let text = HEAD;
  for (const [name, kind] of Object.entries(OPTIMIZERS)) {
    const { captured, value } = await optimizerOutcome(kind);
    text += `| ${name} | ${captured} | ${value} |\n`;
  }
  const byOutcome = new Map<string, string[]>();
  for (const [name, tried] of Object.entries(OPS)) {
    const [graph, xla] = [await opOutcome(tried, "graph"), await opOutcome(tried, "xla")];
    const key = `${graph} | ${xla === graph ? "the same" : xla}`;
    byOutcome.set(key, [...(byOutcome.get(key) ?? []), name]);
    tf.disposeVariables();
  }
  text += "\n## Functions of tensors\n\n| graph | xla | functions |\n| :-- | :-- | :-- |\n";
  for (const [outcome, names] of byOutcome) text += `| ${outcome} | ${names.join(", ")} |\n`;
  text += `\nNot tried, for they aren't functions of tensors alone: ${[...OTHERS].join(", ")}.\n`;
  text += END;
  if (process.env.CAPTURE_TABLE === "write") writeFileSync(page, text);
  assert.equal(readFileSync(page, "utf8"), text);
  assert.doesNotMatch(text, /DIFFERS/);
});
