/** A path without a transform: where it is, and how it is painted. */
const PATH = /<path d="([^"]*)"([^>]*)\/>/g;

/**
 * An SVG of Vega's with the same picture in half the text: without the frames of groups that nobody sees, what screen
 * readers needn't read below the picture's own label, and defaults; neighbouring areas of one colour are one path.
 */
export function slim(svg: string): string {
  return svg
    .replace(/<path class="(?:background|foreground)" aria-hidden="true" d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, "")
    .replace(/<(?:g|path|text|line|image)\b(?:"[^"]*"|[^">])*>/g, withoutDefaults)
    .replace(/(?:<path d="[^"]*"[^>]*\/>){2,}/g, joined);
}

function withoutDefaults(tag: string): string {
  return tag
    .replace(/ (?:aria-[a-z]+|role)="[^"]*"| opacity="1"/g, "")
    .replace(
      /"rgb\((\d+), (\d+), (\d+)\)"/g,
      (_, ...channels: string[]) => `"#${channels.slice(0, 3).map(hex).join("")}"`,
    );
}

const hex = (channel: string) => Number(channel).toString(16).padStart(2, "0");

/**
 * Paths of the same paint as one, unless they are stroked or translucent: there it may matter where they lie on each
 * other.
 */
function joined(paths: string): string {
  const found: { places: string; paint: string }[] = [];
  for (const [, places, paint] of paths.matchAll(PATH)) {
    const last = found.at(-1);
    if (last?.paint === paint && !/stroke|opacity/.test(paint!)) last!.places += places;
    else found.push({ places: places!, paint: paint! });
  }
  return found.map(({ places, paint }) => `<path d="${places}"${paint}/>`).join("");
}
