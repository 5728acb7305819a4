import { isObject, type Spec } from "./spec.js";

/** What marks look like; rules and texts explain others. */
const SEEN: Record<string, string> = {
  line: "lines",
  trail: "lines",
  point: "dots",
  circle: "dots",
  square: "squares",
  bar: "bars",
  area: "bands",
  rect: "a heat map",
};

/** What a spec says in its parts, each thing once. */
interface Said {
  marks: Set<string>;
  across: Set<string>;
  up: Set<string>;
  colors: Set<string>;
  panels: Set<string>;
}

const PARTS = ["layer", "concat", "hconcat", "vconcat"];

function textOf(title: unknown): string {
  if (isObject(title)) return textOf(title.text);
  return Array.isArray(title) ? title.join(" ") : typeof title === "string" ? title : "";
}

/** The name of what a channel shows: its title, or its field. */
function nameOf(definition: unknown): string {
  if (!isObject(definition)) return "";
  return (
    textOf(definition.title) || ("title" in definition || typeof definition.field !== "string" ? "" : definition.field)
  );
}

function add(to: Set<string>, name: string): void {
  if (name !== "") to.add(name);
}

function walk(spec: Spec, said: Said): void {
  const mark = isObject(spec.mark) ? spec.mark.type : spec.mark;
  const hidden = isObject(spec.mark) && spec.mark.opacity === 0;
  if (typeof mark === "string" && !hidden) add(said.marks, SEEN[mark] ?? "");
  const encoding = isObject(spec.encoding) ? spec.encoding : {};
  if (mark !== "text" && mark !== "rule") {
    add(said.across, nameOf(encoding.x));
    add(said.up, nameOf(encoding.y));
  }
  const { color } = encoding;
  if (isObject(color)) {
    const domain = isObject(color.scale) && Array.isArray(color.scale.domain) ? color.scale.domain : color.sort;
    if (Array.isArray(domain) && domain.every((value) => typeof value === "string"))
      for (const value of domain) add(said.colors, value);
    else if (typeof color.field === "string") add(said.colors, nameOf(color) || color.field);
  }
  const facet = isObject(spec.facet) ? spec.facet : {};
  for (const of of "field" in facet ? [facet] : [facet.row, facet.column]) {
    if (isObject(of)) add(said.panels, nameOf({ ...of, title: of.title ?? of.field }));
  }
  for (const part of [...PARTS.flatMap((key) => spec[key] ?? []), spec.spec]) if (isObject(part)) walk(part, said);
}

/** Sentences out of parts, without those that are empty. */
export function sentences(...parts: (string | readonly string[] | undefined)[]): string {
  return parts
    .flat()
    .map((part) => (part ?? "").replace(/\s+/g, " ").trim())
    .filter((part) => part !== "")
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

/**
 * What a figure shows, for those who don't see it: title and subtitle, what is drawn over what, and what the colours
 * mean.
 *
 * @param spec Vega-Lite; a description of its own is taken as it is
 * @returns never empty
 * @internal
 */
export function describeFigure(spec: Spec): string {
  if (typeof spec.description === "string" && spec.description.trim() !== "") return spec.description;
  const said: Said = { marks: new Set(), across: new Set(), up: new Set(), colors: new Set(), panels: new Set() };
  walk(spec, said);
  const list = (names: Set<string>) => [...names].join(", ");
  const line = (what: string, names: Set<string>) => (names.size > 0 ? `${what}: ${list(names)}` : "");
  const { title } = spec;
  const marks = list(said.marks);
  const drawn = marks === "" ? "A chart" : `${marks[0]!.toUpperCase()}${marks.slice(1)}`;
  return sentences(
    textOf(title),
    isObject(title) ? (title.subtitle as string | string[] | undefined) : "",
    said.panels.size > 0 ? `${drawn}, in panels by ${list(said.panels)}` : drawn,
    line("Across", said.across),
    line("Up", said.up),
    line("Colours", said.colors),
  );
}
