import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-lock-"));
after(() => rmSync(scratch, { recursive: true }));

/** Takes the folder again and again, and in between leaves the lock of a process that is no more. */
const program = `
  const { linkSync, mkdirSync, rmdirSync, writeFileSync } = require("node:fs");
  const { hostname } = require("node:os");
  const { locked } = require(${JSON.stringify(require.resolve("../../src/support/lock.js"))});
  const folder = ${JSON.stringify(scratch)};
  const dead = folder + "/dead" + process.pid;
  writeFileSync(dead, "4194303 " + hostname());
  let times = 0;
  for (const until = Date.now() + 2000; Date.now() < until; ) {
    try {
      locked(folder, "testing", () => {
        mkdirSync(folder + "/inside"); // fails where another is in there
        times++;
        rmdirSync(folder + "/inside");
      });
      linkSync(dead, folder + "/.lock");
    } catch (error) {
      if (error.code === "EEXIST" && error.dest === folder + "/.lock") continue;
      if (!/is testing there/.test(error.message)) throw error;
    }
  }
  console.log(times);
`;

test("of many processes that find a dead one's lock at once, one at a time is in the folder", async () => {
  const ends = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, ["--no-deprecation", "-e", program]);
      let [out, error] = ["", ""];
      child.stdout.on("data", (text) => (out += text));
      child.stderr.on("data", (text) => (error += text));
      const code = await new Promise((resolve) => child.on("close", resolve));
      return { code, error, times: Number(out) };
    }),
  );
  for (const { code, error } of ends) assert.deepEqual({ code, error }, { code: 0, error: "" });
  // on a busy machine some may find it taken each time
  assert.ok(ends.some(({ times }) => times > 0));
});
