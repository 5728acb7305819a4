/** A heading as it stands behind # in links: as GitHub makes it. */
export const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** What links to a page's headings and rows may have behind #; headings that are alike are counted. */
export function marksOf(text) {
  const seen = new Map();
  const slugs = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const mark = slug(heading);
    const times = seen.get(mark) ?? 0;
    seen.set(mark, times + 1);
    return times === 0 ? mark : `${mark}-${times}`;
  });
  return new Set([...slugs, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)]);
}
