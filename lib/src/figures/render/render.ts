import { createHash } from "node:crypto";
import { Resvg } from "@resvg/resvg-js";
import { shownText } from "../../support/text.js";
import { show, UserError } from "../../support/user-error.js";
import { checkFigureData } from "../check-data.js";
import { visibleDigits } from "../compact.js";
import { describeFigure } from "../describe.js";
import { isFrame, isObject, type Spec } from "../spec.js";
import { themed } from "../theme.js";
import { checkDrawn, type SceneMark } from "./check-drawn.js";
import { checkMarks } from "./check-marks.js";
import { FONT_FILES, textWidth, withoutGlyphs } from "./font.js";
import { slim } from "./slim.js";

/** The little of Vega and Vega-Lite that is used here: their own types stay out of this package's declarations. */
interface Vega {
  textMetrics: { width: (item: TextItem, text: unknown) => number };
  parse(spec: unknown): unknown;
  View: new (flow: unknown, options: object) => View;
}
interface View {
  toSVG(): Promise<string>;
  scenegraph(): { root: SceneMark };
  finalize(): unknown;
}
interface VegaLite {
  compile(spec: unknown, options: { logger: Logger; config: Spec }): { spec: Spec };
}
interface TextItem {
  fontSize?: number;
  fontWeight?: string | number;
  limit?: number;
}
interface Logger {
  level(): Logger;
  error(...args: unknown[]): Logger;
  warn(...args: unknown[]): Logger;
  info(): Logger;
  debug(): Logger;
}

let loading: Promise<{ vega: Vega; vegaLite: VegaLite }> | undefined;

async function load(): Promise<{ vega: Vega; vegaLite: VegaLite }> {
  // ECMAScript modules with top-level await: only a real import() loads them from CommonJS
  const [vega, vegaLite] = (await Promise.all([import("vega"), import("vega-lite")])) as unknown as [Vega, VegaLite];
  vega.textMetrics.width = (item, text) => {
    const bold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
    const width = textWidth(String(text ?? "").trim(), item.fontSize ?? 11, bold);
    return item.limit && item.limit > 0 ? Math.min(width, item.limit) : width;
  };
  return { vega, vegaLite };
}

/** Collects what Vega has to say, each thing once and on one line. */
function collector(): { logger: Logger; errors: Set<string>; warnings: Set<string> } {
  const errors = new Set<string>();
  const warnings = new Set<string>();
  const into =
    (messages: Set<string>) =>
    (...args: unknown[]): Logger => {
      messages.add(
        args.map((arg) => (arg instanceof Error ? arg.message : String(arg)).replaceAll("\n", " ")).join(" "),
      );
      return logger;
    };
  const logger: Logger = {
    level: () => logger,
    error: into(errors),
    warn: into(warnings),
    info: () => logger,
    debug: () => logger,
  };
  return { logger, errors, warnings };
}

/**
 * A figure is a function of its inline data: nothing is read from files or the network, where Vega would draw an empty
 * chart.
 */
function sealedLoader(errors: Set<string>) {
  return {
    load(uri: string) {
      errors.add(`data from ${uri}, expected the rows in the spec, as data: { values: [...] }`);
      return Promise.reject(new Error("not loaded"));
    },
    sanitize: (uri: string) => Promise.resolve({ href: uri }),
  };
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

/** Remarks of Vega's that mean that a chart is wrong. */
function checkWarnings(warnings: Iterable<string>): void {
  for (const line of warnings) {
    const [, field] = /^Infinite extent(?: for field "?(.*?)"?)?: /.exec(line) ?? [undefined, undefined];
    if (field !== undefined)
      throw new UserError(`figure data: there is no value of ${field} to draw, expected at least one`);
    const [, domain] = /^Log scale domain includes zero: (.*)$/.exec(line) ?? [];
    if (domain !== undefined)
      throw new UserError(`figure spec: a logarithmic scale has the domain ${domain}, expected numbers above 0`);
  }
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

/** Vega keeps texts as keys of objects, and stumbles over those that all objects have. */
function reason({ message }: Error): string {
  const [line] = message.split("\n");
  return /^(Operator not defined: undefined|Illegal property: )/.test(line!)
    ? `a title is a name that JavaScript's objects have, such as toString, which Vega can't draw: put another word beside it`
    : line!;
}

/**
 * Draws a Vega-Lite spec as SVG, labelled with its description. The same spec gives the same text.
 *
 * @param spec Vega-Lite, data inline; the project's theme fills in what its config leaves open
 * @param options.warn is told what Vega-Lite has to remark, one line each; stderr if not given
 * @throws UserError data that can't be drawn (see checkFigureData), a spec that Vega-Lite refuses
 */
export async function renderSvg(spec: Spec, options: { warn?: (line: string) => void } = {}): Promise<string> {
  const { warn = console.warn } = options;
  if (isFrame(spec)) throw new UserError("figure spec is a DataFrame: showTable(frame) shows it as a table");
  if (!isObject(spec)) throw new UserError(`figure spec is ${show(spec)}, expected an object`);
  checkMarks(spec);
  checkFigureData(spec);
  loading ??= load();
  const { vega, vegaLite } = await loading;
  const { logger, errors, warnings } = collector();
  let svg: string;
  try {
    // invalid values are left in, so that they are found: without any the picture is the same
    const compiled = vegaLite.compile(visibleDigits(themed(spec)), {
      logger,
      config: { mark: { invalid: "show" } },
    }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: "none", logger, loader: sealedLoader(errors) });
    svg = await view.toSVG();
    if (errors.size === 0) checkDrawn(compiled, view.scenegraph().root);
    view.finalize();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`figure spec: ${reason(cause as Error)}`, { cause });
  }
  if (errors.size > 0) throw new UserError(`figure spec: ${[...errors].join("; ")}`);
  checkWarnings(warnings);
  for (const line of warnings) warn(`figure spec: ${line}`);
  return labelled(stableIds(slim(rounded(visible(xmlText(svg))))), shownText(describeFigure(spec)));
}

/**
 * Draws a Vega-Lite spec as PNG on white, in DejaVu Sans. The same spec gives the same bytes.
 *
 * @param options.scale pixels of the picture for one pixel of the spec, 2 if not given
 * @param options.warn is told as by renderSvg, and which characters the font has no glyph for
 * @returns the file's bytes
 * @throws UserError as renderSvg; a picture of more than 100 million pixels
 */
export async function renderPng(
  spec: Spec,
  options: { scale?: number; warn?: (line: string) => void } = {},
): Promise<Uint8Array> {
  const { scale = 2, warn = console.warn } = options;
  if (!(scale > 0 && scale <= 10)) throw new UserError(`scale is ${show(scale)}, expected more than 0, at most 10`);
  return rasterize(await renderSvg(spec, { warn }), scale, warn);
}

const MOST_PIXELS = 1e8;
const LISTED = 12;

/** PNG bytes of an SVG made here. @param warn as of renderPng @throws UserError */
export function rasterize(svg: string, scale: number, warn: (line: string) => void = console.warn): Uint8Array {
  const [, width, height] = /<svg [^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  if (!(Number(width) * Number(height) * scale * scale <= MOST_PIXELS))
    throw new UserError(
      `figure of ${width} x ${height} at scale ${scale} is too large for a PNG: make it smaller, or take renderSvg`,
    );
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text).join("");
  const missing = withoutGlyphs(texts);
  if (missing.length > 0) {
    const more = missing.length > LISTED ? ` and ${missing.length - LISTED} more` : "";
    const list = `${missing.slice(0, LISTED).join(" ")}${more}`;
    warn(
      `figure text: the PNG's font, DejaVu Sans, has no ${list}: boxes stand there; an SVG takes them from the reader's fonts`,
    );
  }
  try {
    const picture = new Resvg(svg, {
      background: "#ffffff",
      fitTo: { mode: "zoom", value: scale },
      font: {
        loadSystemFonts: false,
        fontFiles: FONT_FILES,
        defaultFontFamily: "DejaVu Sans",
        sansSerifFamily: "DejaVu Sans",
      },
    });
    return picture.render().asPng();
  } catch (cause) {
    throw new UserError(`figure can't be drawn as PNG: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
}
