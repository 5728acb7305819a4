import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { project } from "../src/support/folders.js";

const { root } = project();

/** The TypeScript blocks of a Markdown file. */
export function blocksOf(path: string): string[] {
  return [...readFileSync(join(root, path), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
}

/** What links to the headings of a page, given as text, may have behind #. */
export async function headingMarks(): Promise<(text: string) => Set<string>> {
  return (await import(join(root, "scripts/docs/marks.mjs"))).marksOf;
}

/**
 * Writes programs into a folder inside the project, where "dms-ntm" and its types are found.
 * @returns their paths, and what removes them
 */
export function writePrograms(programs: Record<string, string>): { paths: string[]; remove: () => void } {
  mkdirSync(join(root, "build"), { recursive: true });
  const folder = mkdtempSync(join(root, "build", "examples-"));
  const paths = Object.entries(programs).map(([name, code]) => {
    const path = join(folder, `${name}.mts`);
    writeFileSync(path, code);
    return path;
  });
  return { paths, remove: () => rmSync(folder, { recursive: true }) };
}

/** The type errors of programs, one line each. */
export function typeErrors(paths: string[]): string[] {
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
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

/** Runs a program in a folder, by default the project's. */
export function runProgram(path: string, cwd = root): { status: number | null; stdout: string; stderr: string } {
  const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const script = path.replace(/mts$/, "mjs");
  writeFileSync(script, outputText);
  return spawnSync(process.execPath, ["--no-deprecation", script], { cwd, encoding: "utf8", timeout: 300_000 });
}
