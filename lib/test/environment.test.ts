import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const src = join(__dirname, "../../src");

test("tfjs-node is loaded by three files alone, after the environment is set: results depend on it", () => {
  const names = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const loading = names.filter((name) => {
    const text = readFileSync(join(src, name), "utf8");
    // types are gone when the code runs, and tfjs-capture's support and checks don't load tfjs-node
    return /^(import|export) (?!type )[^;]*from "(@tensorflow\/tfjs-node|tfjs-capture(?!\/dist\/src\/(support\/|keep-compiled\.js|training\/trainer\.js))[^"]*)"/m.test(
      text,
    );
  });
  assert.deepEqual(loading.sort(), ["capture.ts", "tensorflow/tf.ts"]);
  for (const name of loading) {
    const text = readFileSync(join(src, name), "utf8");
    assert.ok(
      /import "\.\/(tensorflow\/)?environment\.js"/.exec(text)!.index < text.search(/from "(@tensorflow|tfjs-capture)/),
      name,
    );
  }
});
