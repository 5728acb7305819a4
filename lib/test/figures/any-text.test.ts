/** Figures with any text and any mark: what is drawn is what was meant, or a line says what isn't. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import fc from "fast-check";
import { renderPng, renderSvg } from "../../src/figures/index.js";
import { textWidth, withoutGlyphs } from "../../src/figures/render/font.js";
import { UserError } from "../../src/support/user-error.js";

const bars = (title: string, labels: string[] = ["a", "b"], mark: object = {}) => ({
  title,
  data: { values: labels.map((label, i) => ({ label, value: i + 1 })) },
  mark: { type: "bar", ...mark },
  encoding: { x: { field: "label", type: "nominal" }, y: { field: "value", type: "quantitative" } },
});

/** The texts of an SVG's text elements. */
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text!);

async function pngOf(spec: object): Promise<{ png: Uint8Array; said: string[] }> {
  const said: string[] = [];
  const png = await renderPng(spec as never, { scale: 1, warn: (line) => said.push(line) });
  return { png, said };
}

test("a title may hold what stands for something in a replacement", async () => {
  for (const title of ["Revenue ($'000)", "$& $1 $` $$", "a \" b & c < d > e ' f"]) {
    const svg = await renderSvg(bars(title));
    const written = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    assert.ok(textsOf(svg).includes(written), title);
    assert.ok(svg.includes(`aria-label="${written.replaceAll('"', "&quot;")}. Bars.`), title);
    await pngOf(bars(title));
  }
});

test("a title may read as a coordinate or the name of a clip", async () => {
  const title = 'd x="0.123456789" id="clip12" opacity="0"/> url(#clip3)';
  assert.ok(textsOf(await renderSvg(bars(title))).includes(title.replace(">", "&gt;")));
});

test("any text: an SVG that can be read, with every character that XML knows", async () => {
  const texts = fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 });
  const property = fc.asyncProperty(fc.string({ unit: "binary", maxLength: 12 }), texts, async (title, labels) => {
    fc.pre(!(title in {}));
    const svg = await renderSvg(bars(title, [...new Set(labels)]));
    assert.doesNotThrow(() => new Resvg(svg), JSON.stringify(title));
  });
  await fc.assert(property, { numRuns: 40 });
  const svg = await renderSvg(bars("a\0b\u0007c\u001b[31m \ud800"));
  assert.ok(textsOf(svg).includes("a␀b␇c␛[31m �"));
});

test("a title that Vega can't draw is told in one line", async () => {
  for (const title of ["toString", "constructor"])
    await assert.rejects(renderSvg(bars(title)), /a title is a name that JavaScript's objects have, such as toString/);
  assert.ok(textsOf(await renderSvg(bars("t", ["toString", "__proto__"]))).includes("toString"));
});

test("a hollow mark is there; one that nobody sees is left out", async () => {
  const count = async (mark: object) =>
    (await renderSvg(bars("t", ["a", "b"], mark))).match(/<path [^>]*stroke="red"/g)?.length ?? 0;
  assert.equal(await count({ fillOpacity: 0, stroke: "red" }), 2);
  assert.equal(await count({ fillOpacity: 0, strokeOpacity: 0.5, stroke: "red" }), 2);
  assert.equal(await count({ opacity: 0.5, stroke: "red" }), 2);
  assert.equal(await count({ opacity: 0, stroke: "red" }), 0);
});

test("Hebrew, Arabic, mathematical letters and faces have glyphs; Japanese has none, which is told", async () => {
  assert.deepEqual(withoutGlyphs("Aß שלום مرحبا 𝔸 😀 e\u0301 \u200d\n"), []);
  assert.deepEqual(withoutGlyphs("日本 日"), ["日", "本"]);
  assert.deepEqual((await pngOf(bars("שלום, مرحبا", ["א", "ب"]))).said, []);
  const { said, png } = await pngOf(bars("日本語", ["あ", "x"]));
  assert.equal(said.length, 1);
  assert.match(
    said[0]!,
    /^figure text: the PNG's font, DejaVu Sans, has no あ 日 本 語: boxes stand there; an SVG takes them/,
  );
  const lines = await pngOf({ ...bars("x", ["a", "b"]), title: { text: "x", subtitle: ["日本", "語"] } });
  assert.match(lines.said[0]!, /has no 日 本 語: boxes/, "lines of a text count, too");
  assert.equal(Buffer.from(png.subarray(1, 4)).toString(), "PNG");
});

test("the room for characters of other fonts: an em for those of East Asia, none for marks above others", () => {
  assert.equal(textWidth("日本", 10, false), 20);
  assert.equal(textWidth("データ", 10, false), 30);
  assert.equal(textWidth("e\u0301", 10, false), textWidth("e", 10, false) + textWidth("\u0301", 10, false));
  assert.ok(textWidth("שלום", 10, false) > 15);
  // as Chromium's canvas measures them in DejaVu Sans: Arabic letters are joined
  for (const [text, width] of [
    ["שלום עולם", 60.59],
    ["مرحبا بالعالم", 68.57],
    ["الانحراف المعياري", 97.13],
    ["مُحَمَّد", 29.69],
    ["العربية 123", 64.47],
  ] as const)
    assert.ok(Math.abs(textWidth(text, 13, false) - width) < 0.02, `${text}: ${textWidth(text, 13, false)}`);
  assert.equal(textWidth("日العربية", 10, false), 10 + textWidth("العربية", 10, false));
});

test("200,000 rows are refused with a way out, 50,000 drawn", async () => {
  const chart = (n: number) => ({
    data: { values: Array.from({ length: n }, (_, i) => ({ x: i % 100 })) },
    mark: "bar",
    encoding: { x: { field: "x", type: "quantitative", bin: true }, y: { aggregate: "count" } },
  });
  await assert.rejects(
    renderSvg(chart(200_000)),
    /figure data has 200,000 rows, expected at most 50,000: .* i % 4 === 0/,
  );
  assert.match(await renderSvg(chart(50_000)), /<svg/);
});

test("a picture too large for memory is refused in one line", async () => {
  await assert.rejects(pngOf({ ...bars("t"), width: 100_000, height: 100_000 }), (error) => {
    assert.ok(error instanceof UserError, `${error}`);
    return /is too large for a PNG/.test(error.message);
  });
});

test("a side that is no length, or too long, and what holds itself are refused in one line", async () => {
  const step = { step: -3 };
  for (const size of [0, -5, Number.NaN, Number.POSITIVE_INFINITY, 1e9, "abc", null, step, { step: 1e9 }])
    for (const side of ["width", "height"]) {
      const said = new RegExp(
        `^UserError: figure spec: ${side}(.step)? is .*, expected pixels, more than 0 and at most 100000$`,
      );
      await assert.rejects(renderSvg({ ...bars("t"), [side]: size }), said, `${side} ${size}`);
      await assert.rejects(renderSvg({ hconcat: [{ ...bars("t"), [side]: size }] }), said);
    }
  for (const width of [0.5, 40, { step: 20 }]) assert.match(await renderSvg({ ...bars("t"), width }), /<svg/);
  const row: Record<string, unknown> = { label: "a", value: 1 };
  row.me = row;
  const around: Record<string, unknown> = { ...bars("t") };
  for (const key of ["usermeta", "spec"]) {
    await assert.rejects(
      renderSvg({ ...around, [key]: Object.assign(around, { [key]: around }) }),
      /figure spec holds itself/,
    );
    delete around[key];
  }
  await assert.rejects(renderSvg({ ...bars("t"), data: { values: [row] } }), /^UserError: figure spec holds itself/);
  await assert.rejects(renderPng(bars("t"), { scale: 2n as never }), /^UserError: scale is 2n, expected/);
});

test("a picture in a picture is part of the spec: none is read from files or the network", async () => {
  const png = `data:image/png;base64,${Buffer.from((await pngOf(bars("t"))).png).toString("base64")}`;
  const encoding = (url: object) => ({ ...bars("t").encoding, url });
  const image = (url: object) => ({
    ...bars("t"),
    mark: { type: "image", width: 9, height: 9 },
    encoding: encoding(url),
  });
  for (const url of ["/etc/a.png", "file:///etc/a.png", "https://a.example/a.png", "a.png"])
    await assert.rejects(
      renderSvg(image({ value: url })),
      (error: Error) =>
        error.message === `figure spec: picture from ${url}, expected it in the spec, as data:image/png;base64,...`,
    );
  assert.ok((await renderSvg(image({ value: png }))).includes(png));
  await assert.rejects(
    renderSvg({ ...bars("t"), mark: "image" }),
    /^UserError: figure spec: picture from nowhere, expected/,
  );
});
