import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { smallPng } from "../../src/figures/render/render.js";
import { isObject, type Spec, withParts } from "../../src/figures/spec.js";

const root = join(__dirname, "../../../..");

/** Charts, by title, that differ with every execution. */
const NOT_KEPT = ["[figure] A minimal gated unit: gradient of a sequence"];

interface Cell {
  cell_type: string;
  source: string[];
  outputs?: { data?: Record<string, string | string[]> }[];
}

interface Mark {
  interactive?: boolean;
  encode?: { update?: Spec };
  marks?: Mark[];
}

/** Whether some mark tells the pointer something. */
async function hasTooltips(spec: Spec): Promise<boolean> {
  const { compile } = (await import("vega-lite")) as unknown as { compile(spec: Spec): { spec: Mark } };
  const told = ({ interactive, encode, marks = [] }: Mark): boolean =>
    (interactive !== false && encode?.update?.tooltip !== undefined) || marks.some(told);
  return told(compile(spec).spec);
}

const text = (lines: string | string[]) => [lines].flat().join("");

/** Names of the figures, by the picture that a notebook holds of each. */
const kept = new Map(
  readdirSync(join(root, "figures"))
    .filter((file) => file.endsWith(".svg"))
    .map((file) => [
      Buffer.from(smallPng(readFileSync(join(root, "figures", file), "utf8"), () => undefined)).toString("base64"),
      file.slice(0, -".svg".length),
    ]),
);

describe("charts of the executed notebooks", () => {
  const books = readdirSync(join(root, "notebooks")).filter((file) => /^\d.*\.ipynb$/.test(file));
  for (const book of books) {
    const { cells } = JSON.parse(readFileSync(join(root, "notebooks", book), "utf8")) as { cells: Cell[] };
    const code = cells.filter(({ cell_type }) => cell_type === "code");
    const shown = code
      .flatMap(({ outputs = [] }) => outputs.map(({ data = {} }) => data))
      .filter((data) => "application/vnd.vegalite.v5+json" in data);

    test(`${book}: a megabyte at most`, () => {
      assert.ok(statSync(join(root, "notebooks", book)).size < 1e6);
    });

    test(`${book}: each lies in figures/, to the byte, but for those of times`, () => {
      assert.ok(shown.length > 0, "no charts: was it executed?");
      for (const data of shown) {
        const title = text(data["text/plain"]!);
        if (NOT_KEPT.includes(title)) continue;
        const name = kept.get(text(data["image/png"]!).trim());
        assert.ok(name, `${title} is not in figures/: is it shown by showFigure, and from this execution?`);
        assert.ok(existsSync(join(root, `figures/${name}.png`)), `${name}.png`);
      }
    });

    test(`${book}: each has tooltips, and a legend to click where colours are named`, async () => {
      for (const data of shown) {
        const title = text(data["text/plain"]!);
        const spec = data["application/vnd.vegalite.v5+json"] as unknown as Spec;
        const all = withParts(spec);
        const encodings = all.flatMap(({ encoding }) => (isObject(encoding) ? [encoding] : []));
        assert.ok(await hasTooltips(spec), `${title} has no tooltips`);
        const legend = encodings.some(
          ({ color }) =>
            isObject(color) && color.field !== undefined && color.type === "nominal" && color.legend !== null,
        );
        const bound = all.flatMap(({ params }) => (params ?? []) as Spec[]).some(({ bind }) => bind === "legend");
        assert.equal(bound, legend, `${title}: is its legend clickable, its marks dimmed?`);
        const dims = encodings.some(({ opacity }) => isObject(opacity) && isObject(opacity.condition));
        assert.equal(dims, legend, `${title}: does it dim what isn't picked?`);
      }
    });
  }
});
