// Our pictures beside a browser's: Vega in a page of headless Chromium draws the same specs, and both SVGs and what
// is seen of them are compared. No request leaves.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launchChromium } from "./chromium.mjs";
import { ROOT } from "./server.mjs";

const require = createRequire(import.meta.url);
const { renderSvg } = require("dms-ntm");
const { themed } = require(join(ROOT, "lib/dist/src/figures/theme.js"));
const { rasterize } = require(join(ROOT, "lib/dist/src/figures/render/render.js"));
const FONT = readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")).toString("base64");
const BOLD = readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf")).toString("base64");
const FACES = [
  [FONT, "normal"],
  [BOLD, "bold"],
].map(
  ([data, weight]) =>
    `@font-face { font-family: "DejaVu Sans"; font-weight: ${weight}; src: url(data:font/ttf;base64,${data}); }
     @font-face { font-family: sans-serif; font-weight: ${weight}; src: url(data:font/ttf;base64,${data}); }`,
);

const spec = (title, labels, mark) => ({
  title,
  width: 240,
  height: 140,
  data: { values: labels.map((label, i) => ({ label, value: i + 1 })) },
  mark,
  encoding: {
    x: { field: "label", type: "nominal", sort: null, title: title },
    y: { field: "value", type: "quantitative" },
    color: { field: "label", type: "nominal" },
  },
});

const TEXTS = {
  plain: ["Accuracy of models", ["gru", "lstm", "dms"]],
  quotes: [`"a" 'b' \`c\` & <d> \\e`, ['"', "'", "<b>&amp;</b>"]],
  dollars: ["Revenue ($'000) $& $1", ["$&", "$'", "$$"]],
  "right to left": ["דיוק מודל", ["שלום", "مرحبا", "abc"]],
  "East Asian": ["日本語の題", ["あ", "中文", "한국어"]],
  emojis: ["😀 faces 🎉", ["😀", "👍", "e\u0301"]],
  attributes: ['d x="0.123456789" id="clip12" opacity="0"/> url(#clip3)', ['fill="none"', "/>", "]]>"]],
  spaces: ["two  spaces, a\ttab", ["a b", "a\u00a0b", "c"]],
};
/** In XML these have no place: ours shows a sign for each, while the page drops or keeps them. */
const CONTROLS = ["bell\u0007 and escape\u001b[31m", ["a\u0001", "b\u0000", "c"]];

const MARKS = {
  bars: { type: "bar" },
  "hollow bars": { type: "bar", fillOpacity: 0, stroke: "red" },
  "a hollow line with points": { type: "line", point: { filled: false, fill: "white" } },
  points: { type: "point" },
  "filled points": { type: "point", filled: true, size: 80 },
  area: { type: "area", opacity: 0.4, line: true },
  "invisible bars": { type: "bar", opacity: 0 },
  ticks: { type: "tick", thickness: 3 },
  rules: { type: "rule", strokeDash: [4, 2] },
};

/** In the page: draws the spec by Vega, or takes an SVG as it is; tells its texts and marks. */
function inPage() {
  const looked = (svg) => {
    const box = svg.getBoundingClientRect();
    const boxOf = (element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x - box.x, y - box.y, width, height];
    };
    // lines without a text are there for Vega's own order alone
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent !== "");
    const marks = [...svg.querySelectorAll("g[class*=role-mark] :is(path, line, circle)")];
    const seen = (element) => getComputedStyle(element).opacity !== "0";
    return {
      size: [box.width, box.height],
      texts: texts.map((text) => ({ text: text.textContent, box: boxOf(text) })),
      marks: marks.filter(seen).map((mark) => {
        const { fill, stroke, fillOpacity } = getComputedStyle(mark);
        // ours writes "none" where a browser's Vega writes "transparent": nobody sees either
        const paint = fill === "rgba(0, 0, 0, 0)" ? "none" : fill;
        return { look: [paint, stroke, fillOpacity].join(" "), box: boxOf(mark) };
      }),
    };
  };
  const place = document.querySelector("#place");
  window.byVega = async (spec) => {
    place.replaceChildren();
    const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: "svg" });
    await view.initialize(place).runAsync();
    return looked(place.querySelector("svg"));
  };
  window.ours = (svg) => {
    // a strict reader of XML, as a file's is
    const read = new DOMParser().parseFromString(svg, "image/svg+xml");
    if (read.querySelector("parsererror")) throw new Error(read.querySelector("parsererror").textContent);
    place.replaceChildren(document.adoptNode(read.documentElement));
    return looked(place.querySelector("svg"));
  };
  /**
   * Shares of dark pixels in a grid of cells of two pictures, and how far they are from each other at most and on
   * average.
   */
  window.distance = async (pngs, size) => {
    const [first, second] = await Promise.all(
      pngs.map(async (png) => {
        const picture = new Image();
        picture.src = `data:image/png;base64,${png}`;
        await picture.decode();
        const canvas = new OffscreenCanvas(...size);
        const context = canvas.getContext("2d");
        context.fillStyle = "white";
        context.fillRect(0, 0, ...size);
        context.drawImage(picture, 0, 0, ...size);
        return context.getImageData(0, 0, ...size).data;
      }),
    );
    const [cell, [width, height]] = [8, size];
    let [most, sum, cells] = [0, 0, 0];
    for (let top = 0; top + cell <= height; top += cell)
      for (let left = 0; left + cell <= width; left += cell, cells++) {
        let difference = 0;
        for (let y = top; y < top + cell; y++)
          for (let x = left; x < left + cell; x++)
            for (let c = 0; c < 3; c++) difference += first[4 * (y * width + x) + c] - second[4 * (y * width + x) + c];
        const share = Math.abs(difference) / (3 * cell * cell * 255);
        most = Math.max(most, share);
        sum += share;
      }
    return { most, mean: sum / cells };
  };
}

const near = (some, others, pixels) =>
  some.length === others.length && some.every((x, i) => Math.abs(x - others[i]) <= pixels);

describe("pictures beside a browser's", () => {
  let browser;
  let page;
  before(async () => {
    browser = await launchChromium();
    const context = await browser.newContext({ offline: true, viewport: { width: 900, height: 700 } });
    page = await context.newPage();
    await page.setContent(
      `<style>${FACES.join("")} body { margin: 0 } svg text { white-space: pre }</style><div id="place"></div>`,
    );
    for (const file of ["vega/build/vega.min.js", "vega-lite/build/vega-lite.min.js"])
      await page.addScriptTag({ path: join(ROOT, "node_modules", file) });
    await page.evaluate(`(${inPage})()`);
    await page.evaluate(() =>
      Promise.all(
        ["normal", "bold"].flatMap((w) =>
          ["DejaVu Sans", "sans-serif"].map((f) => document.fonts.load(`${w} 12px "${f}"`)),
        ),
      ),
    );
  });
  after(() => browser?.close());

  async function both(drawn) {
    const svg = await renderSvg(drawn, { warn: () => undefined });
    const theirs = await page.evaluate((given) => window.byVega(given), themed(drawn));
    const ours = await page.evaluate((given) => window.ours(given), svg);
    // of the same SVG, so that only who paints it differs
    const shot = await page.locator("#place svg").screenshot();
    const png = Buffer.from(rasterize(svg, 1, () => undefined));
    return { svg, theirs, ours, png, shot };
  }

  for (const [name, [title, labels]] of Object.entries(TEXTS))
    test(`texts: ${name}`, async () => {
      const { theirs, ours } = await both(spec(title, labels, { type: "bar" }));
      assert.deepEqual(
        ours.texts.map(({ text }) => text),
        theirs.texts.map(({ text }) => text),
      );
      for (const label of [title, ...labels])
        assert.ok(
          ours.texts.some(({ text }) => text === label),
          `${label} is shown`,
        );
    });

  for (const name of ["plain", "quotes", "dollars", "right to left", "attributes"])
    test(`where texts stand, and what is seen: ${name}`, async (t) => {
      const pixels = 3;
      const { theirs, ours, png, shot } = await both(spec(...TEXTS[name], { type: "bar" }));
      assert.ok(near(ours.size, theirs.size, pixels), `the size is ${ours.size}, in a browser ${theirs.size}`);
      for (const [i, { text, box }] of ours.texts.entries())
        assert.ok(
          near(box, theirs.texts[i].box, pixels + 1),
          `${text} is at ${box}, in a browser at ${theirs.texts[i].box}`,
        );
      const size = ours.size.map(Math.round);
      const pngs = [png, shot].map((bytes) => bytes.toString("base64"));
      const { most, mean } = await page.evaluate(([some, to]) => window.distance(some, to), [pngs, size]);
      t.diagnostic(`pixels: ${mean.toFixed(4)} on average, ${most.toFixed(3)} at most`);
      assert.ok(mean < 0.02, `the pictures differ by ${mean} on average`);
    });

  test("control characters are shown as signs, and the SVG is XML", async () => {
    const { ours } = await both(spec(...CONTROLS, { type: "bar" }));
    for (const text of ["bell␇ and escape␛[31m", "a␁", "b␀"])
      assert.ok(
        ours.texts.some((shown) => shown.text === text),
        text,
      );
  });

  for (const [name, mark] of Object.entries(MARKS))
    test(`marks: ${name}`, async () => {
      const { theirs, ours } = await both(spec("t", ["a", "b", "c"], mark));
      assert.deepEqual(
        ours.marks.map(({ look }) => look),
        theirs.marks.map(({ look }) => look),
      );
      for (const [i, { look, box }] of ours.marks.entries())
        assert.ok(
          near(box, theirs.marks[i].box, 2),
          `a mark ${look} is at ${box}, in a browser at ${theirs.marks[i].box}`,
        );
      assert.equal(ours.marks.length > 0, name !== "invisible bars");
    });
});
