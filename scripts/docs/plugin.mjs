// What the reference's pages say besides the docstrings: how a page's names are imported, and a table in place of a
// heading for each name that is documented on another page. typedoc.json loads it.
import { MarkdownPageEvent } from "typedoc-plugin-markdown";
import { marksOf } from "./marks.mjs";

/** How each page's names are imported, and what they are about. */
const PAGES = {
  index: ['`import { buildModel } from "dms-ntm"`', "what programs and notebooks use most"],
  capture: ['`import { capture } from "tfjs-capture"`', "functions of tensors, and training steps, as compiled graphs"],
  dataset: ["dataset", "MNIST-1D: its generator, its files, random numbers", "traceSample"],
  memory: ["memory", "addressing, shifts, memories", "contentWeights"],
  models: ["models", "configs that become models, and their layers", "runPiece"],
  tasks: ["tasks", "sequences without end", "taskBatch"],
  training: ["training", "training and evaluation, optimizers, schedules", "adam"],
  study: ["records", "studies, runs, records, comparisons", "rankModels"],
  studies: ['`import { soundModels } from "dms-ntm"`', "the studies of this project, and their models"],
  stats: ["stats", "statistics of numbers", "wilson"],
  figures: ["figures", "charts", "renderPng"],
  display: ["display", "what notebooks show", "shiftParameters"],
  porting: ["porting", "weights from and to PyTorch", "encodeSafetensors"],
};

/** The import of a page in the list of all. */
const importOf = (name) => (PAGES[name].length > 2 ? `\`${PAGES[name][0]}\`` : PAGES[name][0]);

function listOfPages() {
  const rows = Object.entries(PAGES).map(
    ([name, [, what]]) => `| [${name}](${name}.md) | ${importOf(name)} | ${what} |`,
  );
  return `# dms-ntm: reference

Most names are imported by themselves, \`import { buildModel } from "dms-ntm"\`: those of the page [index](index.md). Each
other page is a namespace, \`import { stats } from "dms-ntm"\`, then \`stats.wilson(...)\`. The [guide](guide/README.md) has
examples.

| Page | Import | What |
| :-- | :-- | :-- |
${rows.join("\n")}
`;
}

/** What stands below a page's title. */
function howToImport(name) {
  if (!(name in PAGES)) throw new Error(`reference: the page ${name} isn't listed in scripts/docs/plugin.mjs`);
  const [space, , example] = PAGES[name];
  if (name === "capture") return `${space}; nearly all is also in \`training\` of dms-ntm: \`training.adam()\`.`;
  if (!example) return undefined;
  return `\`import { ${space} } from "dms-ntm"\`, then \`${space}.${example}(...)\`.`;
}

/** The first sentence of what a docstring says, as the text of a table's cell. */
function firstSentence(reflection) {
  const comment = reflection.comment ?? reflection.signatures?.[0]?.comment ?? reflection.type?.declaration?.comment;
  const text = (comment?.summary ?? []).map(({ text }) => text).join("");
  const [sentence = ""] = /^[\s\S]*?(?<!\b(?:al|eq|e\.g))[.:](?=\s|$)/.exec(text) ?? [text];
  return sentence.replace(/\s+/g, " ").replace(/:$/, ".").replaceAll("|", "\\|").trim();
}

const REFERENCE = /### (.+)\n\n(?:Re-exports|Renames and re-exports) \[[^\]]*\]\(([^)]+)\)(?:\n\n\*\*\*)?\n*/g;

/** The references of a page as one table. */
function tableOfReferences(text, page) {
  const [before, references] = text.split("\n## References\n");
  if (references === undefined) return text;
  const targets = new Map(page.model.children.map((child) => [child.name, child.getTargetReflectionDeep?.()]));
  const rows = [...references.matchAll(REFERENCE)].map(([, name, address]) => {
    const target = targets.get(name.replaceAll("\\", ""));
    const [file] = address.split("#");
    const said = address.includes("#") ? firstSentence(target) : `everything on the page ${file.replace(".md", "")}`;
    return `| [${name}](${address}) | ${said} | [${file.replace(".md", "")}](${file}) |`;
  });
  const left = references.replace(REFERENCE, "").trim();
  if (left !== "") throw new Error(`reference: ${page.url} has references of an unknown form: ${left.slice(0, 80)}`);
  return `${before}\n## On other pages\n\n| Name | What | Page |\n| :-- | :-- | :-- |\n${rows.join("\n")}\n`;
}

/** Links to a second heading of a name that has one. */
function repaired(text) {
  const marks = marksOf(text);
  return text.replace(/\]\(#([\w-]+)-\d+\)/g, (whole, name) =>
    !marks.has(whole.slice(3, -1)) && marks.has(name) ? `](#${name})` : whole,
  );
}

/** Configs without the names of the schemas that they are inferred from. */
function withoutSchemas(text) {
  const own = text.replace(/^#### Extends\n\n- `(?:infer|input|output)`.*\n\n/gm, "");
  return own.replace(/^\| (?:Property|Name) .*\n(?:\|.*\n)+/gm, (table) => {
    const rows = table
      .trimEnd()
      .split("\n")
      .map((row) => row.split(/(?<!\\)\|/));
    const column = rows[0].findIndex((cell) => cell.trim() === "Default value");
    if (column < 0) return table;
    return `${rows.map((row) => row.filter((_, i) => i !== column).join("|")).join("\n")}\n`;
  });
}

export function load(app) {
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    if (page.url === "README.md") {
      page.contents = listOfPages();
      return;
    }
    const name = page.url.replace(/\.md$/, "");
    const said = howToImport(name);
    const titled = said ? page.contents.replace(/^(# .+\n)/, `$1\n${said}\n`) : page.contents;
    page.contents = repaired(withoutSchemas(tableOfReferences(titled, page)));
  });
}
