import { createHash } from "node:crypto";
import { shownText } from "../../support/text.js";

/** Vega's SVG as it is kept: in half the text, labelled, with the same bytes on every machine and in every process. */
export function tidied(svg: string, description: string): string {
  return labelled(stableIds(slim(rounded(visible(xmlText(svg))))), shownText(description));
}

/** Changes tags alone: a title may well read `x="0.12345"`. */
function inTags(svg: string, change: (tag: string) => string): string {
  return svg.replace(/<[^>"]*(?:"[^"]*"[^>"]*)*>/g, change);
}

/** Coordinates to a hundredth of a pixel: shorter, and the same where the last digit of an exp() differs. */
function rounded(svg: string): string {
  const short = (number: string) => String(Number(Number(number).toFixed(2)));
  return inTags(svg, (tag) =>
    tag.replace(
      / (d|transform|x|y|x1|x2|y1|y2|width|height)="([^"]*)"/g,
      (_, name: string, value: string) =>
        ` ${name}="${value.replace(/-?\d+\.\d{3,}(?:e[-+]?\d+)?|-?\d+(?:\.\d+)?e-\d+/g, short)}"`,
    ),
  );
}

const XML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** An SVG that a screen reader reads out as one picture. */
function labelled(svg: string, description: string): string {
  const label = description.replace(/[&<>"]/g, (character) => XML[character]!);
  // by a function: in a text "$'" would stand for what follows
  return svg.replace("<svg ", () => `<svg role="img" aria-label="${label}" `);
}

/** Vega writes any character into its SVG, also those that XML doesn't allow. Line breaks stay as they are. */
function xmlText(svg: string): string {
  return svg.replace(/[^\n\r\t]+/g, shownText);
}

/** Without the marks that nobody sees: they are there for the pointer, of which a static picture has none. */
function visible(svg: string): string {
  return inTags(svg, (tag) => (tag.startsWith("<path ") && tag.includes(' opacity="0"') ? "" : tag));
}

/**
 * Vega numbers clips and gradients through the process; several figures in one page need names that differ, and stay
 * the same.
 */
function stableIds(svg: string): string {
  const order = new Map<string, number>();
  const rename = (prefix: string) =>
    inTags(svg, (tag) =>
      tag.replace(/( id="|url\(#)((?:clip|gradient_)\d+)/g, (_, before: string, id: string) => {
        if (!order.has(id)) order.set(id, order.size);
        return `${before}${prefix}${order.get(id)}`;
      }),
    );
  return rename(`v${createHash("sha256").update(rename("")).digest("hex").slice(0, 8)}-`);
}

/** A path without a transform: where it is, and how it is painted. */
const PATH = /<path d="([^"]*)"([^>]*)\/>/g;

/** A path that is a circle around the place that it is moved to. */
const DOT = /<path transform="translate\(([^,"]+),([^)"]+)\)" d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"/g;

/**
 * An SVG of Vega's with the same picture in half the text: without the frames of groups that nobody sees, what screen
 * readers needn't read below the picture's own label, and defaults; dots are circles, and neighbouring areas of one
 * colour are one path.
 */
export function slim(svg: string): string {
  return svg
    .replace(/<path class="(?:background|foreground)" aria-hidden="true" d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, "")
    .replace(/<(?:g|path|text|line|image)\b(?:"[^"]*"|[^">])*>/g, withoutDefaults)
    .replace(DOT, '<circle cx="$1" cy="$2" r="$3"')
    .replace(/(?:<path d="[^"]*"[^>]*\/>){2,}/g, joined);
}

function withoutDefaults(tag: string): string {
  // a width says nothing where there is no stroke: groups have none
  return (tag.includes(" stroke=") ? tag : tag.replace(/ stroke-width="[^"]*"/, ""))
    .replace(/ (?:aria-[a-z]+|role)="[^"]*"| opacity="1"/g, "")
    .replace(
      /"rgb\((\d+), (\d+), (\d+)\)"/g,
      (_, ...channels: string[]) => `"#${channels.slice(0, 3).map(hex).join("")}"`,
    );
}

const hex = (channel: string) => Number(channel).toString(16).padStart(2, "0");

/**
 * Paths of the same paint as one, unless they are stroked or translucent: there it may matter where they lie on each
 * other. Neighbours always, the cells of a heat map from wherever they are.
 */
function joined(paths: string): string {
  const all = Array.from(paths.matchAll(PATH), ([, places, paint]) => ({ places: places!, paint: paint! }));
  const found: typeof all = [];
  const cells = apart(all.map(({ places }) => places));
  for (const { places, paint } of all) {
    const last = cells ? found.find((one) => one.paint === paint) : found.at(-1);
    if (last?.paint === paint && !/stroke|opacity/.test(paint)) last.places += places;
    else found.push({ places, paint });
  }
  return found.map(({ places, paint }) => `<path d="${places}"${paint}/>`).join("");
}

const CELL = /^M([\d.]+),([\d.]+)(h([\d.]+)v([\d.]+)h-[\d.]+Z)$/;

/** Whether areas are rectangles of one size, none of which lies on another by more than what rounding does. */
function apart(areas: readonly string[]): boolean {
  const cells = areas.map((area) => CELL.exec(area));
  const [width, height] = (cells[0]?.slice(4) ?? []).map(Number) as [number, number];
  const taken = new Map<string, [number, number]>();
  return cells.every((cell) => {
    if (!cell || cell[3] !== cells[0]![3] || !(width > 0 && height > 0)) return false;
    const [x, y] = [Number(cell[1]), Number(cell[2])];
    const [column, row] = [Math.floor(x / width), Math.floor(y / height)];
    const around = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => taken.get(`${column + i},${row + j}`)));
    taken.set(`${column},${row}`, [x, y]);
    return around.every((one) => !one || Math.abs(one[0] - x) > width - 0.02 || Math.abs(one[1] - y) > height - 0.02);
  });
}
