/**
 * The example of docs/guide/from-pytorch.md: weights of pytorch-ntm, a public NTM in PyTorch, made by pytorch_ntm.py.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildModel } from "../../src/models/index.js";
import { loadSafetensors } from "../../src/porting/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { fixturePath, sources } from "./support.js";

const guide = readFileSync(join(sources, "../../../docs/guide/from-pytorch.md"), "utf8");
const example = guide
  .split("```ts\n")
  .find((block) => block.includes('"ntm.fc."'))!
  .split("```")[0]!;

/** Runs the guide's own lines, with the fixture in place of its file. */
function fromGuide() {
  const lines = example.replace(/^import .*$/m, "").replace('"copy.safetensors"', "path");
  const { outputText } = require("typescript").transpileModule(`${lines}\nreturn model;`, {
    compilerOptions: { target: 9 },
  });
  return new Function("buildModel", "loadSafetensors", "path", outputText)(
    buildModel,
    loadSafetensors,
    fixturePath("pytorch-ntm"),
  );
}

test("weights of pytorch-ntm load by `rename`; what the guide says of the differences is all there is", () => {
  const said: Record<"x" | "theirs" | "ours", number[][][]> = JSON.parse(
    readFileSync(join(sources, "fixtures/pytorch-ntm.json"), "utf8"),
  );
  const model = fromGuide();
  const answers = (model.predict(tf.tensor3d(said.x)) as tf.Tensor3D).arraySync();
  const off = (expected: number[][][]) =>
    Math.max(...expected.flat(2).map((value, i) => Math.abs(value - answers.flat(2)[i]!)));
  // their module with add vectors through tanh, weightings of 1/N and states of 0 at the start
  assert.ok(off(said.ours) < 2e-5, `${off(said.ours)}`);
  // as it is
  assert.ok(off(said.theirs) > 1e-3, `${off(said.theirs)}`);
  model.dispose();
});
