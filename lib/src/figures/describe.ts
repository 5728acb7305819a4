import { isObject, type Spec, withParts } from "./spec.js";

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

/** A title as one text, however a spec gives it; "" for none. @internal */
export function textOf(title: unknown): string {
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

function markOf({ mark }: Spec): string {
  const { type, opacity } = isObject(mark) ? mark : { type: mark, opacity: 1 };
  return opacity === 0 ? "" : (SEEN[String(type)] ?? "");
}

/** The name of what lies along an axis; rules and texts explain others. */
function axisOf({ mark, encoding }: Spec, channel: "x" | "y"): string {
  const type = isObject(mark) ? mark.type : mark;
  return type === "text" || type === "rule" || !isObject(encoding) ? "" : nameOf(encoding[channel]);
}

function colorsOf({ encoding }: Spec): string[] {
  const color = isObject(encoding) ? encoding.color : undefined;
  if (!isObject(color)) return [];
  const domain = isObject(color.scale) && Array.isArray(color.scale.domain) ? color.scale.domain : color.sort;
  if (Array.isArray(domain) && domain.every((value) => typeof value === "string")) return domain;
  return typeof color.field === "string" ? [nameOf(color) || color.field] : [];
}

function panelsOf({ facet }: Spec): string[] {
  const each = !isObject(facet) ? [] : "field" in facet ? [facet] : [facet.row, facet.column].filter(isObject);
  return each.map((channel) => nameOf({ ...channel, title: channel.title ?? channel.field }));
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
  const all = withParts(spec);
  /** What the parts say, each thing once. */
  const said = (what: (part: Spec) => string | string[]) =>
    [...new Set(all.flatMap(what))].filter((name) => name !== "").join(", ");
  const line = (what: string, names: string) => (names === "" ? "" : `${what}: ${names}`);
  const { title } = spec;
  const [marks, panels] = [said(markOf), said(panelsOf)];
  const drawn = marks === "" ? "A chart" : `${marks[0]!.toUpperCase()}${marks.slice(1)}`;
  return sentences(
    textOf(title),
    isObject(title) ? (title.subtitle as string | string[] | undefined) : "",
    panels === "" ? drawn : `${drawn}, in panels by ${panels}`,
    line(
      "Across",
      said((part) => axisOf(part, "x")),
    ),
    line(
      "Up",
      said((part) => axisOf(part, "y")),
    ),
    line("Colours", said(colorsOf)),
  );
}
