import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blocksOf, runProgram, typeErrors, writePrograms } from "./examples.js";

const examples = blocksOf("README.md");
const { paths, remove } = writePrograms(Object.fromEntries(examples.map((code, i) => [`example${i + 1}`, code])));
after(remove);

test("README.md has an example, without type errors", () => {
  assert.ok(examples.length > 0);
  assert.deepEqual(typeErrors(paths), []);
});

for (const [i, path] of paths.entries()) {
  test(`example ${i + 1} of README.md runs and prints something`, () => {
    const { status, stdout, stderr } = runProgram(path);
    assert.equal(status, 0, stderr);
    assert.notEqual(stdout.trim(), "");
  });
}
