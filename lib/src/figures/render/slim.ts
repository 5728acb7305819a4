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
