import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { GaussianShiftConfig } from "../src/memory/shift/shift.js";
import { seedsPaired } from "../src/stats/index.js";
import { project } from "../src/support/folders.js";
import { makeTask, TaskConfig, type TaskOptions, taskNames } from "../src/tasks/index.js";
import { blocksOf, headingMarks, runProgram, typeErrors, writePrograms } from "./examples.js";

const GUIDE = "docs/guide";
const { root } = project();
const MAIN = join(root, "lib/dist/src/cli/main.js");
const pages = readdirSync(join(root, GUIDE)).filter((name) => name.endsWith(".md"));
const textOf = (name: string) => readFileSync(join(root, GUIDE, name), "utf8");
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

// the second example loads a file of PyTorch's: porting/pytorch-ntm.test.ts runs it on one
const ELSEWHERE = ["from-pytorch.md"];

/** Files that a page shows: blocks whose first line is a comment with a name. */
const filesOf = (name: string) => [...textOf(name).matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)];

for (const [i, path] of paths.entries()) {
  if (ELSEWHERE.includes(withCode[i]!)) continue;
  test(`the examples of ${GUIDE}/${withCode[i]} run`, () => {
    const files = filesOf(withCode[i]!);
    for (const [, file, code] of files) writeFileSync(join(dirname(path), file!), code!);
    // files are named as seen from the folder of the program
    const { status, stdout, stderr } = runProgram(path, files.length > 0 ? dirname(path) : undefined);
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout, /NaN|undefined/);
  });
}

test("a GRU's weights load as the page on PyTorch shows", () => {
  const example = blocksOf(join(GUIDE, "from-pytorch.md"))[0]!;
  const config = /buildModel\((\{.*?\}), 0\)/.exec(example)![1]!;
  const program = [
    `import * as dms from "dms-ntm";\ndms.saveSafetensors("gru.safetensors", dms.buildModel(${config}, 1));`,
    example,
    'console.log(dms.toStateDict(gru)["gru.weight_ih_l0"].shape);',
  ].join("\n");
  const { paths: written, remove: clean } = writePrograms({ gru: program });
  try {
    const { status, stdout, stderr } = runProgram(written[0]!, dirname(written[0]!));
    assert.equal(status, 0, stderr);
    assert.match(stdout, /192, 1/);
  } finally {
    clean();
  }
});

test("the table of the library's tasks has their keys, and what they are when absent", () => {
  const rows = [...textOf("own-task.md").matchAll(/^\| `([\w-]+)` \| (`.*) \|$/gm)];
  const said = Object.fromEntries(
    rows.map(([, task, keys]) => [
      task!,
      Object.fromEntries(
        [...keys!.matchAll(/`(\w+)` (\[[\d, ]+\]|[\d.]+)/g)].map(([, key, value]) => [key!, JSON.parse(value!)]),
      ),
    ]),
  );
  const are = taskNames.map((task) => {
    assert.ok(makeTask({ task } as TaskOptions));
    const { task: name, ...keys } = TaskConfig.parse({ task });
    return [name, keys];
  });
  assert.deepEqual(said, Object.fromEntries(are));
  for (const [key, value] of [["trainedRepeats", [1, 2]] as const, ["scale", 3] as const]) {
    const task = rows.find(([row]) => row.includes(`\`${key}\``))![1]!;
    assert.ok(makeTask({ task, [key]: value } as never));
  }
});

test("the tables of the library's shifts have their keys", () => {
  const text = textOf("own-shift.md");
  const examples = [...text.matchAll(/^\| [^|]+ \| `(\{ kind: "\w+".*?\})` \|/gm)].map(([, config]) => config!);
  const kinds = examples.map((config) => /kind: "(\w+)"/.exec(config)![1]);
  assert.deepEqual(kinds, ["discrete", "gaussian", "mixture"]);
  const rows = [...text.matchAll(/^\| `(\w+)` \| .*\|$/gm)].map(([, key]) => key!);
  const keys = Object.keys(GaussianShiftConfig.shape).filter((key) => key !== "kind");
  assert.deepEqual(rows.sort(), keys.sort());
});

test("the page on studies names as many seeds as are needed", () => {
  const [, sd, difference, seeds] = /seedsPaired\(([\d.]+), \{ difference: (\d+) \}\)`, (\d+) seeds/.exec(
    textOf("own-study.md"),
  )!;
  assert.equal(seedsPaired(Number(sd), { difference: Number(difference) }), Number(seeds));
});

test("each page leads to the next one of the guide's list", () => {
  const listed = [...textOf("README.md").matchAll(/^- \[.*?\]\(([\w-]+\.md)\)/gm)].map(([, name]) => name!);
  assert.deepEqual(
    pages.filter((name) => !listed.includes(name) && !/^(?:README|capture-\w+)\.md$/.test(name)),
    [],
  );
  const reading = listed.slice(0, listed.indexOf("where-things-go.md"));
  for (const [i, name] of reading.entries()) {
    const next = /^Next: \[.*?\]\(([\w-]+\.md)\)/m.exec(textOf(name))?.[1];
    assert.equal(next, listed[i + 1], name);
  }
});

test("the commands and options of the page on the command line exist", () => {
  const text = textOf("command-line.md");
  const lines = [...text.matchAll(/^npx dms-ntm (.*)$/gm)].map(([, line]) => line!.split("#")[0]!.trim());
  assert.ok(lines.length >= 4);
  const helps = new Map<string, string>();
  const help = (...args: string[]) => {
    const command = args.join(" ");
    const spawned = () =>
      spawnSync(process.execPath, ["--no-deprecation", MAIN, ...args, "--help"], { encoding: "utf8" }).stdout;
    if (!helps.has(command)) helps.set(command, spawned());
    return helps.get(command)!;
  };
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
  test(`the links of ${GUIDE}/${name} lead somewhere`, async () => {
    const marksOf = await headingMarks();
    const text = textOf(name).replace(/```.*?```/gs, "");
    for (const [, address, mark] of text.matchAll(/\]\(([^)#]+)(?:#([^)]*))?\)/g)) {
      if (/^[a-z]+:/.test(address!)) continue;
      const path = join(root, dirname(join(GUIDE, name)), address!);
      assert.ok(existsSync(path), `${address} isn't there`);
      if (mark) assert.ok(marksOf(readFileSync(path, "utf8")).has(mark), `${address} has no heading #${mark}`);
    }
  });
}
