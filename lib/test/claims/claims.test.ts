/**
 * Texts by hand, claim by claim: each number and each judging sentence beside what the committed records say. Text in
 * code, links, generated tables and the section of commands is left out; of notebooks, the cells that judge are read.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { project } from "../../src/support/folders.js";
import { carryClaims } from "./carry.js";
import type { Claim } from "./claim.js";
import { digitClaims } from "./digits.js";
import { focusClaims } from "./focus.js";
import { jumpClaims } from "./jumps.js";
import { longClaims } from "./long.js";
import { paperTaskClaims } from "./paper-tasks.js";
import { rangeClaims } from "./range.js";
import { resultClaims } from "./results.js";

const claims: readonly Claim[] = [
  ...digitClaims,
  ...longClaims,
  ...jumpClaims,
  ...paperTaskClaims,
  ...carryClaims,
  ...rangeClaims,
  ...resultClaims,
  ...focusClaims,
];
const flat = (text: string) => text.replace(/\s+/g, " ");
const read = (path: string) => readFileSync(join(project().root, path), "utf8");

/** The cells of a notebook that judge: those under a heading that says so. */
function judging(path: string): string {
  const { cells } = JSON.parse(read(path)) as { cells: { cell_type: string; source: string | string[] }[] };
  const texts = cells.filter((cell) => cell.cell_type === "markdown").map(({ source }) => [source].flat().join(""));
  const found = texts.filter((text) => /^##? (Verdict|The answer|How it was asked|An older study)/m.test(text));
  assert.ok(found.length > 0, `${path} has no cell that judges`);
  return found.join("\n\n");
}

const texts: Record<string, string> = {
  "README.md": read("README.md"),
  "docs/results.md": read("docs/results.md"),
  "docs/long-range.md": read("docs/long-range.md"),
  ...Object.fromEntries(
    ["04-results", "07-focus", "08-long-range"].map((name) => [name, judging(`notebooks/${name}.ipynb`)]),
  ),
};

/** Sentences with a digit that no claim covers. */
function uncovered(text: string, covered: readonly Claim[]): string[] {
  const sections = text.split(/^(?=## )/m).filter((section) => !section.startsWith("## Two commands"));
  const prose = sections
    .join("")
    .replace(/<!-- ([\w-]+): generated[\s\S]*?<!-- \/\1 -->/g, "") // tables
    .replace(/```[\s\S]*?```|^ {4}.*$|`[^`\n]*`/gm, "") // code
    .replace(/^\d\. /gm, ""); // numbers of a list
  // the longest first: one may be a part of another
  const longest = [...covered].sort((a, b) => b.text.length - a.text.length);
  const rest = longest.reduce((left, claim) => left.replaceAll(claim.text, ""), flat(prose));
  const named = rest
    .replace(/!?\[[^\]]*\]\([^)]*\)/g, "")
    // names, and the confidence of all intervals
    .replaceAll(/MNIST-1D's author reports|MNIST-1D|Apache-2\.0|Beel 2018|NTM 2014|x86-64|95 %/g, "");
  return named
    .split(/(?<=[.:;|]) /)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /\d/.test(sentence));
}

describe("claims", () => {
  const all = flat(Object.values(texts).join("\n\n"));
  for (const { text, holds } of claims) {
    test(text, () => {
      assert.ok(all.includes(text), "no text says so any more");
      assert.ok(holds, "the records don't say so");
    });
  }
});

describe("no number without a claim", () => {
  for (const [name, text] of Object.entries(texts)) {
    test(name, () => assert.deepEqual(uncovered(text, claims), []));
  }

  test("one is found", () => {
    const claim = { text: "and 8.", holds: true };
    const found = uncovered("One in 7 runs fails. `x = 3` [4](5)\n\n    6\n\nAnd 8, and 8.\n", [claim]);
    assert.deepEqual(found, ["One in 7 runs fails.", "And 8,"]);
  });
});
