import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import ts from "typescript";
import { project } from "../src/support/folders.js";

const { root } = project();
const examples = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
// inside the project, where "dms-ntm" and its types are found
mkdirSync(join(root, "build"), { recursive: true });
const folder = mkdtempSync(join(root, "build", "readme-"));
after(() => rmSync(folder, { recursive: true }));
const paths = examples.map((code, i) => {
  const path = join(folder, `example${i + 1}.mts`);
  writeFileSync(path, code);
  return path;
});

test("README.md has three examples, and they have no type errors", () => {
  assert.ok(examples.length >= 3);
  const program = ts.createProgram(paths, {
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: false,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  });
  const errors = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  assert.deepEqual(errors, []);
});

for (const [i, path] of paths.entries()) {
  test(`example ${i + 1} of README.md runs and prints something`, () => {
    const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    const script = path.replace(/mts$/, "mjs");
    writeFileSync(script, outputText);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--no-deprecation", script], {
      cwd: root,
      encoding: "utf8",
      timeout: 300_000,
    });
    assert.equal(status, 0, stderr);
    assert.notEqual(stdout.trim(), "");
  });
}
