import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

const FOLDER = join(__dirname, "../../../notebooks");
/** Characters that fit a code cell in JupyterLab on a screen of 1280 pixels, its file browser open. */
const WIDTH = 100;

interface Cell {
  cell_type: string;
  id: string;
  source: string[];
}

describe("what stands in the notebooks", () => {
  for (const book of readdirSync(FOLDER).filter((file) => /^\d.*\.ipynb$/.test(file))) {
    const { cells } = JSON.parse(readFileSync(join(FOLDER, book), "utf8")) as { cells: Cell[] };
    const code = cells
      .filter(({ cell_type }) => cell_type === "code")
      .map(({ id, source }) => ({ id, text: source.join("") }));
    const all = code.map(({ text }) => text).join("\n");

    test(`${book}: no code scrolls sideways on a laptop`, () => {
      const wide = code.flatMap(({ id, text }) =>
        text.split("\n").flatMap((line) => (line.length > WIDTH ? [`${id}: ${line}`] : [])),
      );
      assert.deepEqual(wide, []);
    });

    test(`${book}: it imports what it uses, and says a name once where it can`, () => {
      const imported = [...all.matchAll(/import (?:type )?\{([^}]*)\} from/g)].flatMap(([, names]) =>
        names!.split(",").map((name) => name.trim().replace(/^type /, "")),
      );
      const uses = (name: string) => all.match(new RegExp(`(?<![\\w"])${name}\\b`, "g"))!.length;
      assert.deepEqual(
        imported.filter((name) => name !== "" && uses(name) < 2),
        [],
      );
      assert.deepEqual(all.match(/\b(\w+): \1(?=\s*[,}\n])/g) ?? [], []);
    });
  }
});
