import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot, scratch } from "./support.js";

const { cli, out } = scratch();

test("figures of the repository's records: those that the notebooks drew, to the byte", async () => {
  const into = join(out, "figures");
  const { code, stdout, stderr } = await cli(["figures", "--into", into, "--json"], { DMS_NTM_STUDY: "published" });
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /figure spec|WARN/);
  const { folder, figures, left } = JSON.parse(stdout);
  assert.equal(folder, into);
  assert.ok(figures.length >= 38 && left.length <= 1, stdout);
  for (const name of [
    "long_outcomes",
    "trace_long-copy-ntm",
    "range_outcomes",
    "focus_sigma_copy",
    "head_weights",
    "mixture_gate",
  ])
    assert.ok(figures.includes(name), name);
  for (const name of figures) {
    const [drawn, committed] = [into, join(projectRoot, "figures")].map((place) =>
      readFileSync(join(place, `${name}.svg`), "utf8"),
    );
    assert.ok(
      drawn === committed,
      `${name}.svg differs from the committed one: is it stale, or does a notebook draw it in another way?`,
    );
  }
});

test("one figure, into the project's folder", async () => {
  const { code, stdout } = await cli(["figures", "--only", "addressing_examples"]);
  assert.equal(code, 0);
  assert.match(stdout, /^figures: 1 figure as \.svg and \.png, in /);
  assert.match(readFileSync(join(out, "figures/addressing_examples.svg"), "utf8"), /^<svg/);
});

test("a folder that can't be written ends it, as no figure that lacks its data does", async () => {
  const file = join(out, "a-file");
  writeFileSync(file, "");
  const { code, stdout, stderr } = await cli(["figures", "--only", "addressing_examples", "--into", file]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(
    stderr,
    /^dms-ntm: .*addressing_examples\.svg can't be written: .*: a file is where a folder should be: move it away, or /,
  );
});
