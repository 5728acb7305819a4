/**
 * Everything wrong that was thought of, put in through commands, functions and files: each gives one line, and leaves
 * nothing behind.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { apiRows } from "./api.js";
import { commandLineRows } from "./command-line.js";
import { configRows } from "./configs.js";
import { dataRows } from "./data.js";
import { entryPointRows } from "./entry-points.js";
import { fileRows } from "./files.js";
import { notebookRows } from "./notebook.js";
import { checkRow, type Row, snapshot } from "./row.js";
import { safetensorsRows } from "./safetensors.js";
import { unknownOptionRows } from "./unknown-options.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-bad-"));
after(() => rmSync(scratch, { recursive: true }));

const outputs = join(scratch, "outputs");
const { processes, commands } = commandLineRows(join(scratch, "commands"));
const tables: Record<string, Row[]> = {
  processes,
  commands,
  configs: configRows,
  data: dataRows,
  "entry points": entryPointRows(join(scratch, "logs")),
  files: fileRows(join(scratch, "files")),
  safetensors: safetensorsRows(join(scratch, "safetensors")),
  notebook: notebookRows(outputs),
  api: apiRows(join(scratch, "api")),
  options: unknownOptionRows(join(scratch, "options")),
};

for (const [kind, rows] of Object.entries(tables)) {
  test(`${kind}: ${rows.length} wrong values and files`, { concurrency: 3 }, async (context) => {
    const before = snapshot(join(scratch, "commands"));
    // those of this process share its environment and its stderr
    const tests = rows.map((row) => () => context.test(row.what, () => checkRow(row)));
    if (rows === processes) await Promise.all(tests.map((run) => run()));
    else for (const run of tests) await run();
    assert.deepEqual(snapshot(join(scratch, "commands")), before, "a command wrote a file");
    assert.deepEqual(snapshot(outputs), {}, "a figure was written");
  });
}

test("they are as many as were promised", () => {
  const rows = Object.values(tables).flat();
  assert.ok(rows.length >= 300, `${rows.length}`);
  assert.equal(new Set(rows.map(({ what }) => what)).size, rows.length);
});
