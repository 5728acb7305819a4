import { join } from "node:path";
import { type RenderedImage, Resvg } from "@resvg/resvg-js";
import { writeAtomically } from "../../support/files.js";
import { oneLine } from "../../support/one-line.js";
import { withDefaults } from "../../support/options.js";
import { show, UserError } from "../../support/user-error.js";
import { describeFigure } from "../describe.js";
import { isFrame, isObject, type Spec } from "../spec.js";
import { themed } from "../theme.js";
import { checkFigureData, TOO_DEEP } from "./check-data.js";
import { checkDrawn, type SceneMark } from "./check-drawn.js";
import { visibleDigits } from "./compact.js";
import { FONT_FILES, textWidth, withoutGlyphs } from "./font.js";
import { palettePng } from "./palette-png.js";
import { tidied } from "./svg.js";

/** The little of Vega and Vega-Lite that is used here: their own types stay out of this package's declarations. */
interface Vega {
  textMetrics: { width: (item: TextItem, text: unknown) => number };
  logger(level: number, method: undefined, handler: (kind: string, level: string, args: unknown[]) => void): unknown;
  Warn: number;
  parse(spec: unknown): unknown;
  View: new (
    flow: unknown,
    options: object,
  ) => { toSVG(): Promise<string>; scenegraph(): { root: SceneMark }; finalize(): unknown };
}
interface VegaLite {
  compile(spec: unknown, options: { logger: unknown; config: Spec }): { spec: Spec };
}
interface TextItem {
  fontSize?: number;
  fontWeight?: string | number;
  limit?: number;
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

/** What Vega said, in one line. */
function lineOf(args: readonly unknown[]): string {
  return args.map((arg) => (arg instanceof Error ? arg.message : String(arg)).replaceAll("\n", " ")).join(" ");
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
    sanitize(uri: string | undefined, { context }: { context?: string } = {}) {
      if (context === "image" && !uri?.startsWith("data:"))
        errors.add(
          `picture from ${uri === undefined ? "nowhere" : oneLine(uri)}, expected it in the spec, as data:image/png;base64,...`,
        );
      return Promise.resolve({ href: uri });
    },
  };
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
  const { warn } = withDefaults("renderSvg", options, { warn: console.warn });
  if (isFrame(spec)) throw new UserError("figure spec is a DataFrame: showTable(frame) shows it as a table");
  if (!isObject(spec)) throw new UserError(`figure spec is ${show(spec)}, expected an object`);
  checkFigureData(spec);
  loading ??= load();
  const { vega, vegaLite } = await loading;
  const [errors, warnings] = [new Set<string>(), new Set<string>()];
  const logger = vega.logger(vega.Warn, undefined, (kind, _, args) =>
    (kind === "error" ? errors : warnings).add(lineOf(args)),
  );
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
    if (cause instanceof RangeError && /call stack/.test(cause.message)) throw new UserError(`figure spec ${TOO_DEEP}`);
    throw new UserError(`figure spec: ${reason(cause as Error)}`, { cause });
  }
  if (errors.size > 0) throw new UserError(`figure spec: ${[...errors].join("; ")}`);
  checkWarnings(warnings);
  for (const line of warnings) warn(`figure spec: ${line}`);
  return tidied(svg, describeFigure(spec));
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
  const { scale, warn } = withDefaults("renderPng", options, { scale: 2, warn: console.warn });
  if (!(typeof scale === "number" && scale > 0 && scale <= 10))
    throw new UserError(`scale is ${show(scale)}, expected more than 0, at most 10`);
  return rasterize(await renderSvg(spec, { warn }), scale, warn);
}

const MOST_PIXELS = 1e8;
const LISTED = 12;

/** PNG bytes of an SVG made here. @param warn as of renderPng @throws UserError */
export function rasterize(svg: string, scale: number, warn: (line: string) => void = console.warn): Uint8Array {
  return painted(svg, scale, warn).asPng();
}

/** PNG bytes of an SVG made here, as small as they get: pixel by pixel, in few colours. @throws UserError */
export function smallPng(svg: string, warn: (line: string) => void = console.warn): Uint8Array {
  const { pixels, width, height } = painted(svg, 1, warn);
  return palettePng(pixels, width, height);
}

function painted(svg: string, scale: number, warn: (line: string) => void): RenderedImage {
  const [, width, height] = /<svg [^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  if (!(Number(width) * Number(height) * scale * scale <= MOST_PIXELS))
    throw new UserError(
      `figure of ${width} x ${height} at scale ${scale} is too large for a PNG: make it smaller, or take renderSvg`,
    );
  const texts = [...svg.matchAll(/<(?:text|tspan)\b[^>]*>([^<]*)/g)].map(([, text]) => text).join("");
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
    return picture.render();
  } catch (cause) {
    throw new UserError(`figure can't be drawn as PNG: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
}

/**
 * Writes a figure as `name.svg` and `name.png` (two pixels for one) into a folder, which is made if missing. Each file
 * appears whole or not at all.
 *
 * @param name file name without ending: letters, digits, ".", "_", "-"
 * @param elsewhere what to do where the folder can't be written; default: to set DMS_NTM_OUT
 * @throws UserError as renderSvg; a bad name; a folder that can't be written
 */
export async function saveFigure(folder: string, name: string, spec: Spec, elsewhere?: string): Promise<void> {
  if (typeof name !== "string" || !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) {
    throw new UserError(`figure name is ${show(name)}, expected letters, digits, ".", "_" and "-" only`);
  }
  const svg = await renderSvg(spec);
  writeAtomically(join(folder, `${name}.svg`), svg, elsewhere);
  writeAtomically(join(folder, `${name}.png`), rasterize(svg, 2), elsewhere);
}
