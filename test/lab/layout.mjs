// What a notebook looks like on a laptop: nothing is wider than its place, headers stay short, names in one piece,
// words of a chart apart.
import { createRequire } from "node:module";

const { renderSvg } = createRequire(import.meta.url)("dms-ntm");
const CELL = ".jp-NotebookPanel .jp-Cell";
/** A header that needs more lines than this says too much. */
const HEADER_LINES = 4;

/** In the page: what sticks out of a cell that is in view, one line each. */
function faultsOf(cell, headerLines) {
  const faults = [];
  for (const scroller of cell.querySelectorAll(".jp-InputArea .cm-scroller")) {
    const over = scroller.scrollWidth - scroller.clientWidth;
    if (over > 0) faults.push(`code is ${over} pixels too wide`);
  }
  for (const output of cell.querySelectorAll(".jp-OutputArea-output, .jp-RenderedHTMLCommon")) {
    const over = output.scrollWidth - output.clientWidth;
    if (over > 0) faults.push(`${output.querySelector("table") ? "a table" : "an output"} is ${over} pixels too wide`);
  }
  // a line of text has one top; formulas lie in boxes of their own
  const linesOf = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  };
  for (const box of cell.querySelectorAll("th, td")) {
    for (const node of box.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      const text = node.textContent;
      const lines = linesOf(node, 0, text.length);
      if (box.tagName === "TH" && lines > headerLines) faults.push(`the header "${text}" has ${lines} lines`);
      for (const { 0: name, index } of text.matchAll(/\w+(?:-\w+)+/g)) {
        // longer names may be, as a table says them that would be too wide
        if (name.length <= 40 && linesOf(node, index, index + name.length) > 1)
          faults.push(`"${name}" in "${text}" is broken`);
      }
    }
  }
  return faults;
}

/** In the page: words of an SVG's axes, legends, headers and titles that lie on each other, two a line. */
function overlapsOf(svg) {
  const words = [
    ...svg.querySelectorAll(":is(.role-axis, .role-legend, .role-title, .role-row-header, .role-column-header) text"),
  ]
    .filter((text) => text.textContent.trim() !== "" && getComputedStyle(text).opacity !== "0")
    .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
  // glyphs are smaller than their line: boxes may touch
  const SLACK = 3;
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK;
  return words.flatMap((a, i) =>
    words.slice(i + 1).flatMap((b) => (meet(a.box, b.box) ? [`"${a.text}" lies on "${b.text}"`] : [])),
  );
}

/** @returns what doesn't fit in an open notebook, a line each with its cell */
export async function layoutFaults(lab) {
  const faults = [];
  for (const [i, cell] of (await lab.page.locator(CELL).all()).entries()) {
    await cell.scrollIntoViewIfNeeded();
    for (const fault of await cell.evaluate(faultsOf, HEADER_LINES)) faults.push(`cell ${i + 1}: ${fault}`);
  }
  return faults;
}

/**
 * @returns words on words in the charts of a notebook, drawn as SVG in a page of their own, a line each with its cell
 */
export async function chartFaults(browser, { cells }) {
  const page = await browser.newPage();
  const faults = [];
  for (const [i, { outputs = [] }] of cells.entries()) {
    for (const spec of outputs.map(({ data }) => data?.["application/vnd.vegalite.v5+json"]).filter(Boolean)) {
      await page.setContent(await renderSvg(spec));
      for (const fault of await page.locator("svg").first().evaluate(overlapsOf))
        faults.push(`cell ${i + 1}: ${fault}`);
    }
  }
  await page.close();
  return faults;
}
