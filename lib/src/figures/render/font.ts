import { readFileSync } from "node:fs";

/** TrueType files of npm's dejavu-fonts-ttf; resvg drops all text, without an error, if it has none. */
export const FONT_FILES = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** Advance width of a character, in ems. */
type Advance = (codePoint: number) => number;

/** Reads the advance widths of a TrueType font: tables head, hhea, hmtx and cmap (its format 4, for U+0000 to U+FFFF). */
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
    if (font.readUInt16BE(at) === 4) map = at;
  }
  if (map < 0) throw new Error(`${file} has no character map of format 4`);
  const segments = font.readUInt16BE(map + 6) / 2;
  const glyphOf = (code: number): number => {
    for (let s = 0; s < segments; s++) {
      const end = map + 14 + 2 * s;
      if (code > font.readUInt16BE(end)) continue;
      const start = font.readUInt16BE(end + 2 * segments + 2);
      if (code < start) return 0;
      const delta = font.readUInt16BE(end + 4 * segments + 2);
      const rangeAt = end + 6 * segments + 2;
      const range = font.readUInt16BE(rangeAt);
      if (range === 0) return (code + delta) & 0xffff;
      const glyph = font.readUInt16BE(rangeAt + range + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
  const known = new Map<number, number>();
  return (code) => {
    const width = known.get(code) ?? font.readUInt16BE(hmtx + 4 * Math.min(glyphOf(code), metrics - 1)) / unitsPerEm;
    known.set(code, width);
    return width;
  };
}

const advances: (Advance | undefined)[] = [];

/**
 * Width of a line of text in the figures' font, in pixels. Without it Vega takes 0.8 em a character, and lays out legends and axes for
 * text half as wide again as what is drawn.
 */
export function textWidth(text: string, fontSize: number, bold: boolean): number {
  const face = bold ? 1 : 0;
  advances[face] ??= readAdvances(FONT_FILES[face]!);
  let ems = 0;
  for (const character of text) ems += advances[face](character.codePointAt(0)!);
  return ems * fontSize;
}
