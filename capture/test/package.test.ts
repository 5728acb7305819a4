import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const folder = join(__dirname, "../..");
const files = (under: string) =>
  readdirSync(join(folder, under), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ name, text: readFileSync(join(folder, under, name), "utf8") }));

test("the package stands alone: it imports Node's own modules and tfjs-node, its peer", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  assert.deepEqual(Object.keys(manifest.peerDependencies), ["@tensorflow/tfjs-node"]);
  assert.equal(manifest.dependencies, undefined);
  const imported = files("src").flatMap(({ text }) =>
    [...text.matchAll(/from "([^."][^"]*)"/g)].map(([, name]) => name!),
  );
  const others = [...new Set(imported)].filter((name) => !name.startsWith("node:"));
  assert.deepEqual(others, ["@tensorflow/tfjs-node"]);
});
