import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { isWide, isZeroWidth } from "../../support/text.js";

/** TrueType files of npm's dejavu-fonts-ttf; resvg drops all text, without an error, if it has none. */
export const FONT_FILES = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** Advance width of a character, in ems; undefined of one that the font has no glyph for. */
type Advance = (codePoint: number) => number | undefined;

/** Reads the advance widths of a TrueType font: tables head, hhea, hmtx and cmap (its format 12, of all characters). */
function readAdvances(file: string): Advance {
  const font = readFileSync(file);
  const table = (name: string): number => {
    for (let i = 0, at = 12; i < font.readUInt16BE(4); i++, at += 16) {
      if (font.toString("latin1", at, at + 4) === name) return font.readUInt32BE(at + 8);
    }
    throw new Error(`${file} has no table ${name}`);
  };
  const unitsPerEm = font.readUInt16BE(table("head") + 18);
  const metrics = font.readUInt16BE(table("hhea") + 34);
  const hmtx = table("hmtx");
  const cmap = table("cmap");
  let map = -1;
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const at = cmap + font.readUInt32BE(cmap + 8 + 8 * i);
    if (font.readUInt16BE(at) === 12) map = at;
  }
  if (map < 0) throw new Error(`${file} has no character map of format 12`);
  const groups = font.readUInt32BE(map + 12);
  const glyphOf = (code: number): number => {
    for (let at = map + 16, end = at + 12 * groups; at < end; at += 12) {
      if (code > font.readUInt32BE(at + 4)) continue;
      const start = font.readUInt32BE(at);
      return code < start ? 0 : font.readUInt32BE(at + 8) + code - start;
    }
    return 0;
  };
  const known = new Map<number, number | undefined>();
  return (code) => {
    if (known.has(code)) return known.get(code);
    const glyph = glyphOf(code);
    const width = glyph === 0 ? undefined : font.readUInt16BE(hmtx + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm;
    known.set(code, width);
    return width;
  };
}

const advances: (Advance | undefined)[] = [];

/**
 * Width of a line of text in the figures' font, in pixels. Without it Vega takes 0.8 em a character, and lays out
 * legends and axes for text half as wide again as what is drawn.
 */
export function textWidth(text: string, fontSize: number, bold: boolean): number {
  const advance = advanceOf(bold);
  let ems = 0;
  const single = text.replace(JOINED, (letters) => {
    ems += joinedWidth(letters, bold);
    return "";
  });
  for (const character of single) {
    // of another font, which is asked where this one has no glyph
    const other = isZeroWidth(character) ? 0 : isWide(character) ? 1 : 0.6;
    ems += advance(character.codePointAt(0)!) ?? other;
  }
  return ems * fontSize;
}

/** Letters of a script that joins them, by which they are narrower than each alone. */
const JOINED = /\p{Script=Arabic}[\p{Script=Arabic}\p{Mn}\u200c\u200d]*/gu;

const joinedWidths = new Map<string, number>();

/** Width of joined letters in ems: as resvg, which draws the PNG, and browsers shape them. */
function joinedWidth(letters: string, bold: boolean): number {
  const key = `${bold} ${letters}`;
  const known = joinedWidths.get(key);
  if (known !== undefined) return known;
  // between others, so that the room beside the ink counts
  const width = inkWidth(`H${letters}H`, bold) - inkWidth("HH", bold);
  joinedWidths.set(key, width);
  return width;
}

/** From the first to the last ink of a text, in ems. */
function inkWidth(text: string, bold: boolean): number {
  const size = 100;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><text font-family="DejaVu Sans" font-size="${size}" font-weight="${bold ? "bold" : "normal"}">${text}</text></svg>`;
  const font = { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: "DejaVu Sans" };
  return (new Resvg(svg, { font }).getBBox()?.width ?? 0) / size;
}

function advanceOf(bold: boolean): Advance {
  const face = bold ? 1 : 0;
  advances[face] ??= readAdvances(FONT_FILES[face]!);
  return advances[face];
}

/** The characters of a text, each once, that the figures' font has no glyph for: a PNG shows boxes in their place. */
export function withoutGlyphs(text: string): string[] {
  const missing = (character: string) => !/\s/.test(character) && !isZeroWidth(character);
  return [...new Set(text)].filter(
    (character) => missing(character) && advanceOf(false)(character.codePointAt(0)!) === undefined,
  );
}
