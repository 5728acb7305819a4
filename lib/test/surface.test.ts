import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";

const root = join(__dirname, "../../..");
/** What the compiler made of the index: declarations without bodies, with every type written out. */
const index = join(root, "lib/dist/src/index.d.ts");
const program = ts.createProgram([index], {
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
});
const checker = program.getTypeChecker();
const original = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)!)!);
const isNamespace = (symbol: ts.Symbol) => (original(symbol).flags & ts.SymbolFlags.ValueModule) !== 0;
const names = exported.filter((symbol) => !isNamespace(symbol)).map(({ name }) => name);

const REQUIRED = String.raw`=\s*(?:require|createRequire\([^()]*\))\(`;
const IMPORT = new RegExp(
  String.raw`(?:import(?:\s+type)?|const)\s*\{([^}]*)\}\s*(?:from\s*|${REQUIRED})"dms-ntm"(?!\)\.)`,
  "g",
);

/** The names that a text imports from this package. */
const importsOf = (text: string) =>
  [...text.matchAll(IMPORT)].flatMap(([, list]) =>
    list!
      .split(",")
      .map((each) => each.trim().replace(/^type\s+/, ""))
      .map((each) => each.split(/\s+as\s+|\s*:/)[0]!)
      .filter((each) => each !== ""),
  );

/** A file's text; of a notebook, its code. */
function codeOf(path: string): string {
  const text = readFileSync(join(root, path), "utf8");
  if (!path.endsWith(".ipynb")) return text;
  const cells: { cell_type: string; source: string | string[] }[] = JSON.parse(text).cells;
  return cells
    .filter((cell) => cell.cell_type === "code")
    .map(({ source }) => [source].flat().join(""))
    .join("\n");
}

const listed = spawnSync(
  "git",
  ["ls-files", "README.md", "notebooks", "docs/guide", "bench", "scripts", "test/faults"],
  {
    cwd: root,
    encoding: "utf8",
  },
).stdout;
const readers = listed.split("\n").filter((path) => /\.(md|ipynb|mjs|cjs|js|ts|py)$/.test(path));
const used = new Set(readers.flatMap((path) => importsOf(codeOf(path))));

test("imports are found in all the ways in which they are written", () => {
  const text = `import {\n  a, type B,\n  c as d,\n} from "dms-ntm";\nconst { e: f } = require("dms-ntm"); import type { G } from "dms-ntm";
    import { h } from "elsewhere"; const { i } = createRequire(import.meta.url)("dms-ntm");`;
  assert.deepEqual(importsOf(text), ["a", "B", "c", "e", "G", "i"]);
});

test("what notebooks, README, guide, bench, scripts and the tests in other processes import is there", () => {
  assert.ok(used.size > 100, `${used.size}`);
  const all = new Set(exported.map(({ name }) => name));
  assert.deepEqual(
    [...used].filter((name) => !all.has(name)),
    [],
  );
});

test("each name of the index is used by one of them, or is a type of one that is; the rest lies in namespaces", () => {
  const declared = exported
    .filter(({ name }) => used.has(name))
    .flatMap((symbol) => original(symbol).declarations ?? [])
    .map((declaration) => declaration.getText())
    .join("\n");
  const types = new Set(declared.match(/\w+/g));
  const isType = (name: string) => /^[A-Z]/.test(name) && types.has(name);
  assert.deepEqual(
    names.filter((name) => !used.has(name) && !isType(name)),
    [],
  );
  assert.ok(exported.length <= 170, `${exported.length} names`);
});

test("namespaces hold what the index leaves out", () => {
  const spaces = exported.filter(isNamespace);
  assert.ok(spaces.length >= 5);
  for (const space of spaces) {
    const more = checker.getExportsOfModule(original(space)).filter(({ name }) => !names.includes(name));
    assert.ok(more.length > 0, `${space.name} holds nothing that the index doesn't`);
  }
});
