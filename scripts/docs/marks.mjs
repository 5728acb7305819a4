/** A heading as it stands behind # in links: as GitHub makes it. */
const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** The marks of a page's headings, one after the other: those that are alike are counted. */
export function counting() {
  const seen = new Map();
  return (heading) => {
    const mark = slug(heading);
    const times = seen.get(mark) ?? 0;
    seen.set(mark, times + 1);
    return times === 0 ? mark : `${mark}-${times}`;
  };
}

/** What links to a page's headings and rows may have behind #. */
export function marksOf(text) {
  const mark = counting();
  const slugs = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => mark(heading));
  return new Set([...slugs, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)]);
}
