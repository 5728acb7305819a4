import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { crc32, inflateSync } from "node:zlib";
import { palettePng } from "../../src/figures/render/palette-png.js";

type Rgb = [number, number, number];

const rgba = (colours: readonly Rgb[]) => Uint8Array.from(colours.flatMap((colour) => [...colour, 255]));

/** What a reader of PNG sees, which trusts nothing. */
function read(png: Uint8Array): { width: number; height: number; palette: Rgb[]; seen: Rgb[] } {
  const bytes = Buffer.from(png);
  assert.equal(bytes.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    assert.equal(bytes.readUInt32BE(at + 8 + length), crc32(body), "the checksum");
    chunks.set(body.toString("latin1", 0, 4), body.subarray(4));
    at += 12 + length;
  }
  assert.deepEqual([...chunks.keys()], ["IHDR", "PLTE", "IDAT", "IEND"]);
  const header = chunks.get("IHDR")!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  assert.deepEqual([...header.subarray(8)], [8, 3, 0, 0, 0], "8 bits, indexed, not interlaced");
  const plte = chunks.get("PLTE")!;
  const palette = Array.from({ length: plte.length / 3 }, (_, i) => [...plte.subarray(3 * i, 3 * i + 3)] as Rgb);
  const rows = inflateSync(chunks.get("IDAT")!);
  assert.equal(rows.length, height * (width + 1));
  const seen: Rgb[] = [];
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * (width + 1), (y + 1) * (width + 1));
    assert.equal(row[0], 0, "no filter");
    for (const index of row.subarray(1)) seen.push(palette[index]!);
  }
  return { width, height, palette, seen };
}

describe("a PNG of few colours", () => {
  test("shows the pixels as they are, where there are few", () => {
    const pixels: Rgb[] = [
      [255, 255, 255],
      [0, 0, 0],
      [1, 2, 3],
      [255, 255, 255],
      [254, 255, 255],
      [0, 128, 255],
    ];
    const { width, height, palette, seen } = read(palettePng(rgba(pixels), 3, 2));
    assert.deepEqual([width, height, palette.length], [3, 2, 5]);
    assert.deepEqual(seen, pixels);
    assert.deepEqual(read(palettePng(rgba([[7, 8, 9]]), 1, 1)).palette, [[7, 8, 9]]);
  });

  test("64 colours are exact, of more the common and the odd ones, the others nearly so", () => {
    const greys = (count: number) =>
      Array.from({ length: count }, (_, i): Rgb => [Math.round((i * 255) / (count - 1)), 0, 0]);
    assert.deepEqual(read(palettePng(rgba(greys(64)), 64, 1)).seen, greys(64));

    const [white, odd]: Rgb[] = [
      [255, 255, 255],
      [0, 255, 0],
    ];
    const pixels = [...greys(254), ...Array.from({ length: 1000 }, () => white!), odd!, odd!];
    const { palette, seen } = read(palettePng(rgba(pixels), pixels.length / 2, 2));
    assert.equal(palette.length, 64);
    assert.deepEqual(palette[0], white);
    assert.deepEqual(seen.slice(254), pixels.slice(254));
    const farthest = Math.max(...seen.slice(0, 254).map(([red], i) => Math.abs(red - pixels[i]![0])));
    assert.ok(farthest > 0 && farthest <= 4, `a red is ${farthest} off`);
  });

  test("the same picture is the same file", () => {
    const pixels = Uint8Array.from({ length: 4 * 90 * 70 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7919) % 251));
    assert.deepEqual(palettePng(pixels, 90, 70), palettePng(pixels.slice(), 90, 70));
  });
});
