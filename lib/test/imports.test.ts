import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

/** The sources, seen from lib/dist/test. */
const src = join(__dirname, "../../src");
const capture = join(__dirname, "../../../capture/src");
/** Imports of types count as well. */
const IMPORT = /(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s*"(\.[^"]*)"|(?:^|\n)\s*import\s*"(\.[^"]*)"/g;

/** Folders as docs/guide/where-things-go.md lists them: each knows those before it. */
const FOLDERS = readFileSync(join(__dirname, "../../../docs/guide/where-things-go.md"), "utf8")
  .split("## The folders")[1]!
  .match(/\w+(?=\/ )/g)!
  .filter((folder) => folder !== "src" && folder !== "render");

/** What each file imports of the others, as paths below src. */
function importsOf(folder: string): Map<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return new Map(
    files.map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const targets = [...text.matchAll(IMPORT)].map((match) => join(dirname(name), match[1] ?? match[2]!));
      return [name, targets.map((target) => target.replace(/\.js$/, ".ts"))];
    }),
  );
}

/** The first circle that a walk through the imports comes upon, or undefined. */
function circle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const found = walk(next, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = walk(file, []);
    if (found) return found;
  }
  return undefined;
}

test("a circle of imports is found", () => {
  const one = new Map([
    ["a", ["b", "c"]],
    ["b", ["c"]],
    ["c", ["d"]],
    ["d", ["b"]],
  ]);
  assert.deepEqual(circle(one), ["b", "c", "d", "b"]);
  assert.equal(circle(new Map([...one, ["d", []]])), undefined);
});

for (const folder of [src, capture]) {
  test(`no file of ${relative(join(src, "../.."), folder)} imports itself, by whatever way`, () => {
    const imports = importsOf(folder);
    assert.ok(imports.size > 30, `only ${imports.size} files in ${folder}`);
    assert.equal(circle(imports)?.join(" -> "), undefined);
  });
}

test("folders know those before them in the guide's map, and no others", () => {
  const folderOf = (file: string) => file.split("/")[0]!;
  const inFolders = [...importsOf(src)].filter(([file]) => file.includes("/"));
  assert.deepEqual([...new Set(inFolders.map(([file]) => folderOf(file)))].sort(), [...FOLDERS].sort());
  const backwards = inFolders.flatMap(([file, targets]) =>
    targets
      .filter((target) => target.includes("/") && FOLDERS.indexOf(folderOf(target)) > FOLDERS.indexOf(folderOf(file)))
      .map((target) => `${file} -> ${target}`),
  );
  assert.deepEqual(backwards, []);
});
