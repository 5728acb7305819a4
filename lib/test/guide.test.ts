import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { project } from "../src/support/folders.js";
import { blocksOf, runProgram, typeErrors, writePrograms } from "./examples.js";

const GUIDE = "docs/guide";
const { root } = project();
const MAIN = join(root, "lib/dist/src/cli/main.js");
const pages = readdirSync(join(root, GUIDE)).filter((name) => name.endsWith(".md"));
// the examples of a page belong together, as the cells of a notebook do
const withCode = pages.filter((name) => blocksOf(join(GUIDE, name)).length > 0);
const { paths, remove } = writePrograms(
  Object.fromEntries(withCode.map((name) => [name.replace(/\.md$/, ""), blocksOf(join(GUIDE, name)).join("\n")])),
);
after(remove);

test("the guide's examples have no type errors", () => {
  assert.ok(withCode.length >= 6);
  assert.deepEqual(typeErrors(paths), []);
});

// loads a file of PyTorch's: porting/pytorch-ntm.test.ts runs it on one
const ELSEWHERE = ["from-pytorch.md"];

for (const [i, path] of paths.entries()) {
  if (ELSEWHERE.includes(withCode[i]!)) continue;
  test(`the examples of ${GUIDE}/${withCode[i]} run`, () => {
    const { status, stdout, stderr } = runProgram(path);
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout, /NaN|undefined/);
  });
}

test("the commands and options of the page on the command line exist", () => {
  const text = readFileSync(join(root, GUIDE, "command-line.md"), "utf8");
  const lines = [...text.matchAll(/^dms-ntm (.*)$/gm)].map(([, line]) => line!.split("#")[0]!.trim());
  assert.ok(lines.length >= 4);
  const help = (...args: string[]) =>
    spawnSync(process.execPath, ["--no-deprecation", MAIN, ...args, "--help"], { encoding: "utf8" }).stdout;
  const commands = help();
  for (const line of lines.filter((each) => !each.startsWith("-"))) {
    const command = line.split(" ")[0]!;
    assert.match(commands, new RegExp(`^ +${command}\\b`, "m"));
    const options = help(command);
    for (const [option] of line.matchAll(/--[a-z-]+/g))
      assert.ok(options.includes(`${option} `), `${command} ${option}`);
  }
});

for (const name of pages) {
  test(`the links of ${GUIDE}/${name} lead somewhere`, () => {
    const text = readFileSync(join(root, GUIDE, name), "utf8").replace(/```.*?```/gs, "");
    for (const [, address] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(address!)) continue;
      assert.ok(existsSync(join(root, dirname(join(GUIDE, name)), address!)), `${address} isn't there`);
    }
  });
}
