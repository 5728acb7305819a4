import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scratch } from "./support.js";

const { cli, out } = scratch();

// a checkout of its own: the real benchmarks take minutes, and write their results
const cwd = join(out, "checkout");
mkdirSync(join(cwd, "bench"), { recursive: true });
writeFileSync(join(cwd, "package.json"), '{ "name": "dms-ntm-project" }');
for (const name of ["mnist1d", "steps", "varying", "memories", "lengths", "batches", "records", "soak"]) {
  writeFileSync(join(cwd, "bench", `${name}.mjs`), `console.log("${name}", ...process.argv.slice(2), typeof gc);\n`);
}

test("all benchmarks in turn, and one with its own arguments", async () => {
  const all = await cli(["bench"], {}, { cwd });
  assert.equal(all.code, 0, all.stderr);
  const plain = ["mnist1d", "steps", "varying", "memories", "lengths", "batches", "records"];
  assert.equal(all.stdout, `${plain.map((name) => `${name} undefined\n`).join("")}soak function\n`);
  const one = await cli(["bench", "--json", "batches", "gru,ntm", "3"], {}, { cwd });
  const { benches } = JSON.parse(one.stdout);
  assert.deepEqual(
    benches.map(({ name, output }: { name: string; output: string }) => [name, output]),
    [["batches", "batches gru,ntm 3 undefined\n"]],
  );
  assert.equal(one.stderr, benches[0].output);
});

test("one that fails ends the command", async () => {
  writeFileSync(join(cwd, "bench/steps.mjs"), "process.exit(3);\n");
  const { code, stdout, stderr } = await cli(["bench"], {}, { cwd });
  assert.equal(code, 1);
  assert.equal(stdout, "mnist1d undefined\n");
  assert.match(stderr, /dms-ntm: .*steps\.mjs failed \(exit status 3\)/);
});

test("an argument that a benchmark can't take is one line, before it starts", async () => {
  for (const [argument, what] of [
    ["1", /samples is 1, expected at least 10$/],
    ["15", /samples is 15, expected a multiple of 10$/],
    ["ten", /samples is "ten", expected number$/],
  ] as const) {
    const { code, stdout, stderr } = await cli(["bench", "mnist1d", argument], {}, { cwd });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr.trimEnd(), what);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
  }
});
