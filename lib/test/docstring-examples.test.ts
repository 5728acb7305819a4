/** Examples in docstrings are read more often than run: that they have no type errors is asked here. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { project } from "../src/support/folders.js";
import { typeErrors, writePrograms } from "./examples.js";

const { root } = project();
const sources = ["lib/src", "capture/src"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
);
const found = sources.flatMap((path) => {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/^ \* @example\n((?: \*(?!\/).*\n)+) \*\//gm)].map(([, lines]) => ({
    path,
    code: lines!.replace(/^ \* ?/gm, ""),
  }));
});

/** What examples use and don't make. */
const GIVEN = `
import { z } from "zod";
import type { LayersModel, Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
declare const [x1, x2]: Tensor3D[];
declare const [w, batch]: Tensor2D[];
declare const trainer: Trainer;
declare const [set, test]: TrainingSet[];
declare const options: Omit<training.TrainOptions, "onEpoch" | "tensorboard">;
declare const dict: porting.StateDict;
`;

test("they have no type errors, alone but for imports and what they are given", async () => {
  assert.ok(found.length >= 8);
  const library: Record<string, unknown> = await import("../src/index.js");

  const programs = found.map(({ code }, i): [string, string] => {
    const used = Object.keys(library).filter((name) => new RegExp(`(?<!\\w|\\w\\.)${name}\\b`).test(code));
    const own = code.includes("const model =") ? "" : "declare const model: LayersModel;";
    const imports = [...new Set([...used, "porting", "training", "type Trainer", "type TrainingSet"])].join(", ");
    return [`example${i}`, `import { ${imports} } from "dms-ntm";\n${GIVEN}\n${own}\n${code}\nexport {};\n`];
  });
  const { paths, remove } = writePrograms(Object.fromEntries(programs));
  after(remove);
  assert.deepEqual(typeErrors(paths), []);
});
