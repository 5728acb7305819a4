import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

/** The sources, seen from lib/dist/test. */
const src = join(__dirname, "../../src");
/** Imports that are there when the program runs: those of types alone are gone by then. */
const IMPORT = /(?:^|\n)\s*(?:import|export)\b(?!\s+type\b)[^;"']*?from\s*"(\.[^"]*)"|(?:^|\n)\s*import\s*"(\.[^"]*)"/g;

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

test("no file imports itself, by whatever way", () => {
  const imports = importsOf(src);
  assert.ok(imports.size > 150, `only ${imports.size} files in ${src}`);
  assert.equal(circle(imports)?.join(" -> "), undefined);
});
