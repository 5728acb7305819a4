import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { checkWritable, writeAtomically, writeFolder } from "../../src/support/files.js";
import { userMessage } from "../support.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-atomic-"));
after(() => rmSync(scratch, { recursive: true }));

test("a pipe or a device is never taken away by a file", { skip: process.platform === "win32" }, () => {
  const pipe = join(scratch, "pipe");
  assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
  for (const write of [() => writeAtomically(pipe, "x"), () => checkWritable(pipe)])
    assert.match(userMessage(write), /pipe can't be written: a device or pipe is there: move it away, or /);
  assert.ok(statSync(pipe).isFIFO());
  assert.deepEqual(
    readdirSync(scratch).filter((name) => name.startsWith("pipe.")),
    [],
  );
});

test("a file is written into folders that are made, and takes the old one's place", () => {
  const path = join(scratch, "new/deep/file.txt");
  writeAtomically(path, "one");
  writeAtomically(path, "two");
  assert.equal(readFileSync(path, "utf8"), "two");
  assert.deepEqual(readdirSync(join(scratch, "new/deep")), ["file.txt"]);
});

test("a folder appears whole or not at all, and the old one stays until then", async () => {
  const path = join(scratch, "folders/site");
  const fill = (text: string) => (draft: string) => {
    mkdirSync(draft);
    writeFileSync(join(draft, `${text}.txt`), text);
  };
  await writeFolder(path, fill("one"));
  await writeFolder(path, fill("two"));
  assert.deepEqual(readdirSync(path), ["two.txt"]);
  const full = (draft: string) => {
    fill("half")(draft);
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  await assert.rejects(
    writeFolder(path, full, "name another folder"),
    /site can't be written: ENOSPC: .*: free some room and run it again, or name another folder$/,
  );
  assert.deepEqual([readdirSync(path), readdirSync(join(scratch, "folders"))], [["two.txt"], ["site"]]);
});

test("whether a file can be written is told without it", () => {
  const path = join(scratch, "tried/file.txt");
  checkWritable(path);
  assert.deepEqual(readdirSync(join(scratch, "tried")), []);
  writeFileSync(path, "mine");
  checkWritable(path);
  assert.equal(readFileSync(path, "utf8"), "mine");
  assert.match(
    userMessage(() => checkWritable(join(path, "below"))),
    /file\.txt\/below can't be written: (ENOTDIR|EEXIST).*: a file is where a folder should be: move it away, or set DMS_NTM_OUT to another folder$/,
  );
  assert.match(
    userMessage(() => checkWritable(join(scratch, "tried"), "give another file")),
    /tried can't be written: EISDIR.*: move it away, or give another file$/,
  );
  assert.deepEqual(readdirSync(join(scratch, "tried")), ["file.txt"]);
});

test("drafts of killed writers are swept when they are old; a living writer's, young ones and other files stay", () => {
  const folder = join(scratch, "drafts");
  mkdirSync(folder);
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const draft = (pid: number, hours: number, kind: "file" | "folder" = "file") => {
    const path = join(folder, `record.json.${pid}-${randomUUID()}.tmp`);
    if (kind === "folder") mkdirSync(path);
    else writeFileSync(path, "half");
    const at = Date.now() / 1000 - hours * 3600;
    utimesSync(path, at, at);
    return path;
  };
  const gone = [draft(dead, 1.1), draft(dead, 1000, "folder")];
  const stay = [draft(dead, 0.5), draft(process.pid, 1000), draft(process.ppid, 1000)];
  const other = join(folder, "notes.tmp");
  writeFileSync(other, "mine");
  utimesSync(other, 1, 1);
  writeAtomically(join(folder, "record.json"), "{}");
  assert.deepEqual(gone.filter(existsSync), []);
  assert.deepEqual(
    readdirSync(folder).sort(),
    [...stay, other, join(folder, "record.json")].map((path) => basename(path)).sort(),
  );
});
