// `make site`: static pages of the notebooks, the guide and the reference into build/site, which ask no other host for
// anything and need no server. The folder appears whole or not at all. usage: node scripts/site/build.mjs [FOLDER]
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFolder } from "../../lib/dist/src/support/files.js";
import { escapeHtml } from "./highlight.mjs";
import { markdown } from "./markdown.mjs";
import { notebookPage } from "./notebook.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const OUT = resolve(process.argv[2] ?? join(ROOT, "build/site"));
const read = (path) => readFileSync(join(ROOT, path), "utf8");
/** Without the comments between which parts are generated. */
const withoutMarks = (text) => text.replace(/<!--[\s\S]*?-->\n?/g, "");
const list = (folder, pattern) =>
  (existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder)) : []).filter((name) => pattern.test(name)).sort();

/** Pages of the guide in its own order of use; others follow by name. */
const GUIDE = ["README", ...[...read("docs/guide/README.md").matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, name]) => name)];

/** What was found, and how it is checked. */
const EXPERIMENT = ["results", "long-range", "checks"];

/** Pages by what they are made from, as a path in the checkout. */
function pages() {
  const rank = (name) => (GUIDE.includes(name) ? GUIDE.indexOf(name) : GUIDE.length);
  const guide = list("docs/guide", /\.md$/)
    .map((name) => basename(name, ".md"))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const titleOf = (path) => /^# (.+)$/m.exec(read(path))?.[1] ?? basename(path);
  const page = (source, path, group) => ({ source, path, group });
  return [
    ...list("notebooks", /^\d.*\.ipynb$/).map((name) =>
      page(`notebooks/${name}`, `notebooks/${basename(name, ".ipynb")}.html`, "Notebooks"),
    ),
    ...guide.map((name) => ({
      ...page(`docs/guide/${name}.md`, `guide/${name === "README" ? "index" : name}.html`, "Guide"),
      title: titleOf(`docs/guide/${name}.md`),
    })),
    ...EXPERIMENT.map((name) => ({
      ...page(`docs/${name}.md`, `${name}.html`, "Experiment"),
      title: titleOf(`docs/${name}.md`),
    })),
    ...list("docs", /\.md$/)
      .filter((name) => !EXPERIMENT.includes(basename(name, ".md")))
      .map((name) => ({
        ...page(
          `docs/${name}`,
          `reference/${{ "README.md": "index", "index.md": "dms-ntm" }[name] ?? basename(name, ".md")}.html`,
          "Reference",
        ),
        title: { "README.md": "All parts", "index.md": "The package" }[name] ?? basename(name, ".md"),
      })),
  ];
}

const all = pages();
const pathOf = new Map([["README.md", "index.html"], ...all.map(({ source, path }) => [source, path])]);
const copied = new Set();

/**
 * What an address in a source file becomes in its page: another page, a copied picture, or the file in the project's
 * repository.
 */
function link(source, path) {
  return (address) => {
    if (/^(?:[a-z]+:|#)/i.test(address)) return address;
    const [file, mark] = address.split("#");
    const target = posix.normalize(posix.join(posix.dirname(source), file));
    const to =
      pathOf.get(target) ?? (existsSync(join(ROOT, target)) && /\.(?:svg|png)$/.test(target) ? picture(target) : null);
    if (to === null) return existsSync(join(ROOT, target)) ? repository(target) : address;
    return `${posix.relative(posix.dirname(path), to)}${mark ? `#${mark}` : ""}`;
  };
}

function picture(target) {
  copied.add(target);
  return `assets/${basename(target)}`;
}

/** Files without a page are in the repository, if package.json or CITATION.cff say where that is. */
function repository(target) {
  const url = /^repository-code: *"?([^"\s]+)/m.exec(
    existsSync(join(ROOT, "CITATION.cff")) ? read("CITATION.cff") : "",
  )?.[1];
  return url ? `${url}/blob/main/${target}` : "#";
}

function navigation(path) {
  const up = (to) => posix.relative(posix.dirname(path), to) || posix.basename(to);
  const item = (to, title) =>
    `<li><a href="${up(to)}"${to === path ? ' aria-current="page"' : ""}>${escapeHtml(title)}</a></li>`;
  const groups = [...new Set(all.map(({ group }) => group))].map((group) => {
    const items = all.filter((page) => page.group === group).map((page) => item(page.path, page.title));
    return `<h2>${group}</h2><ul>${items.join("")}</ul>`;
  });
  return `<ul>${item("index.html", "dms-ntm")}</ul>${groups.join("")}`;
}

function write(out, path, title, html, live = false) {
  const to = (file) => posix.relative(posix.dirname(path), `assets/${file}`);
  const scripts = live ? ["vega.min.js", "vega-lite.min.js", "charts.js"] : [];
  const whole = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}${title === "dms-ntm" ? "" : " · dms-ntm"}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to("style.css")}">
</head>
<body>
<div class="frame">
<nav aria-label="Pages"><details open><summary>Pages</summary>${navigation(path)}</details></nav>
<main>
${html}
</main>
</div>
<script src="${to("page.js")}"></script>
${scripts.map((file) => `<script defer src="${to(file)}"></script>`).join("\n")}
</body>
</html>
`;
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), whole);
}

/** The first page: what was found, as the README says it, and where to go on. */
function front(out) {
  const [top, ...sections] = withoutMarks(read("README.md")).split(/^(?=## )/m);
  const found = [top.replace(/^# .*/, ""), ...sections.filter((section) => section.startsWith("## On "))].join("\n");
  const render = markdown((address) =>
    link("README.md", "index.html")(address.replace(/^(figures\/.*)\.png$/, "$1.svg")),
  );
  const cards = (group) =>
    `<ul class="cards">${all
      .filter((page) => page.group === group)
      .map(({ path, title }) => `<li><a href="${path}">${escapeHtml(title)}</a></li>`)
      .join("")}</ul>`;
  const parts = ["Experiment", "Notebooks", "Guide"].map((part) => `\n<h2>${part}</h2>${cards(part)}`);
  write(out, "index.html", "dms-ntm", `<h1>dms-ntm</h1>\n${render(found)}${parts.join("")}`);
}

/** All files of the site, into a new folder. */
function fill(out) {
  mkdirSync(join(out, "assets"), { recursive: true });
  const made = all.map((page) => {
    const render = markdown(link(page.source, page.path));
    if (!page.source.endsWith(".ipynb")) return { ...page, html: render(withoutMarks(read(page.source))), charts: 0 };
    return { ...page, ...notebookPage(JSON.parse(read(page.source)), render) };
  });
  for (const [i, page] of made.entries()) all[i] = { ...all[i], title: all[i].title ?? page.title };
  for (const { path, html, charts } of made)
    write(out, path, all.find((page) => page.path === path).title, html, charts > 0);
  front(out);
  const assets = ["node_modules/vega/build/vega.min.js", "node_modules/vega-lite/build/vega-lite.min.js"];
  for (const file of [
    ...assets,
    ...["style.css", "charts.js", "page.js"].map((name) => `scripts/site/${name}`),
    ...copied,
  ])
    copyFileSync(join(ROOT, file), join(out, "assets", basename(file)));
  writeFileSync(join(out, MARK), ""); // GitHub Pages takes the files as they are
}

const MARK = ".nojekyll";
/** A new site takes the place of an old one, never that of a folder of somebody's own. */
const isOurs = () =>
  process.argv[2] === undefined || !existsSync(OUT) || existsSync(join(OUT, MARK)) || readdirSync(OUT).length === 0;

try {
  if (!isOurs())
    throw new Error(`${OUT} is no site, and would be replaced: name a new folder, or move away what is there`);
  await writeFolder(OUT, fill, "name another folder");
  const where = relative(process.cwd(), OUT);
  console.log(`site: ${all.length + 1} pages in ${where}, open ${join(where, "index.html")}`);
} catch (error) {
  console.error(`site: ${error.message}`);
  process.exitCode = 1;
}
