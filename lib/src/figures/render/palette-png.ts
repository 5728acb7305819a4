import { crc32, deflateSync } from "node:zlib";

/** More can't be told apart in a chart; fewer change the colours of lines that a legend names. */
const COLOURS = 64;

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const INDEXED = 3;

/** A colour of a picture. */
interface Colour {
  rgb: number;
  /** pixels that have it */
  count: number;
  /** squared distance to the nearest colour of the palette */
  distance: number;
  /** place of that one in the palette */
  index: number;
}

/** Squared distance of two colours, red, green and blue alike. */
function distance(a: number, b: number): number {
  const channel = (shift: number) => ((a >> shift) & 255) - ((b >> shift) & 255);
  return channel(16) ** 2 + channel(8) ** 2 + channel(0) ** 2;
}

/**
 * Picks the commonest colour, then the one that is missed most, again and again: that is far from all picked ones, or
 * fills much of the picture. Each colour knows then which one stands for it.
 */
function paletteOf(colours: readonly Colour[]): number[] {
  const missed = (colour: Colour) => colour.distance * Math.sqrt(colour.count);
  const most = (by: (colour: Colour) => number) => colours.reduce((a, b) => (by(b) > by(a) ? b : a));
  const palette: number[] = [];
  let next = most(({ count }) => count);
  do {
    const index = palette.push(next.rgb) - 1;
    for (const colour of colours) {
      const apart = distance(colour.rgb, next.rgb);
      if (apart < colour.distance) Object.assign(colour, { distance: apart, index });
    }
    next = most(missed);
  } while (palette.length < COLOURS && next.distance > 0);
  return palette;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/**
 * PNG of at most 64 colours, a third as large as one of all colours. The same picture gives the same bytes.
 *
 * @param pixels rows from the top, red, green, blue and opacity of each pixel; opaque
 */
export function palettePng(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const colours = new Map<number, Colour>();
  const rgbOf = (i: number) => (pixels[4 * i]! << 16) | (pixels[4 * i + 1]! << 8) | pixels[4 * i + 2]!;
  for (let i = 0; i < width * height; i++) {
    const rgb = rgbOf(i);
    const colour = colours.get(rgb);
    if (colour) colour.count++;
    else colours.set(rgb, { rgb, count: 1, distance: Number.POSITIVE_INFINITY, index: 0 });
  }
  const palette = paletteOf([...colours.values()]);
  // each row begins with its filter: 0, none, which is the best for indices
  const rows = Buffer.alloc(height * (width + 1));
  for (let i = 0; i < width * height; i++) rows[i + Math.floor(i / width) + 1] = colours.get(rgbOf(i))!.index;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255]))),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
