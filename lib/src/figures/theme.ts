import { describeFigure } from "./describe.js";
import { isObject, plain, type Spec } from "./spec.js";

/** JupyterLab's renderer goes by this; Vega-Lite 6 accepts the same specs. */
const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

/** Verdana has DejaVu's proportions, so a browser without DejaVu keeps the layout. */
export const FONT = "DejaVu Sans, Verdana, sans-serif";

/** Families of models in the order in which figures list them, each with its colour. */
const FAMILIES: Record<string, { title: string; color: string }> = {
  mlp: { title: "MLP", color: "#7a7a7a" },
  gru: { title: "GRU", color: "#009e73" },
  lstm: { title: "LSTM", color: "#cc79a7" },
  bigru: { title: "BiGRU", color: "#332288" },
  cnn: { title: "CNN", color: "#882255" },
  ntm: { title: "NTM", color: "#0072b2" },
  dms: { title: "DMS-NTM", color: "#d55e00" },
  mixture: { title: "mixture", color: "#e6b800" },
  scales: { title: "several scales", color: "#999933" },
  "lie-access": { title: "Lie-access", color: "#117733" },
  dnc: { title: "DNC", color: "#aa4499" },
};

/** Variants with a colour near that of their family. */
const VARIANTS: Record<string, string> = {
  "gru-large": "#00523c",
  "ntm-learned": "#56b4e9",
  "ntm-wide": "#332288",
  "dms-learned": "#e69f00",
  "dms-periodic": "#8c2d04",
};

/** Colours of further models, from Okabe and Ito's set for colour-blind readers and Tol's. */
const FURTHER = ["#cc79a7", "#56b4e9", "#e69f00", "#332288", "#882255"];

/** Text colours: strong for titles, soft for labels, faint for rules. */
export const INK = { strong: "#1f1f1f", soft: "#444444", faint: "#b0b0b0", grid: "#e8e8e8" };

/** An ordered scale of three, light to dark, told apart without colour. */
export const ORDERED = ["#e6a100", "#c2477f", "#3b1f8f"];

/** Of weights in heat maps. */
export const PALE_TO_DARK = ["#f3f7fb", "#4f94cd", "#08306b"];

/** Of things compared: the first, the second, and on. */
export const SERIES = [FAMILIES.ntm!.color, FAMILIES.dms!.color, FAMILIES.gru!.color, ...FURTHER];

/** The readable name of a model: "dms" is "DMS-NTM", "dms-periodic" is "DMS-NTM periodic", unknown names stay. */
export function modelTitle(name: string): string {
  if (Object.hasOwn(FAMILIES, name)) return FAMILIES[name]!.title;
  const [first = "", ...rest] = name.split("-");
  const known = Object.hasOwn(FAMILIES, first) ? FAMILIES[first] : undefined;
  return known ? [known.title, ...rest].join(" ") : name;
}

/**
 * The names in the order of figures: by family, mlp first, dms last, and within one as they came; then the rest as they
 * came.
 */
export function inOrder(names: Iterable<string>): string[] {
  const families = Object.keys(FAMILIES);
  const place = (name: string) => {
    const family = Math.max(families.indexOf(name), families.indexOf(name.split("-")[0]!));
    return family < 0 ? families.length : family;
  };
  return [...new Set(names)].sort((a, b) => place(a) - place(b));
}

/** One colour a name: always the same for known models, the next one that is free for others. */
export function modelColors(names: readonly string[]): string[] {
  const own = names.map((name) => VARIANTS[name] ?? FAMILIES[name]?.color);
  const unused = FURTHER.filter((color) => !own.includes(color));
  const free = unused.length > 0 ? unused : FURTHER;
  let next = 0;
  return own.map((color) => color ?? free[next++ % free.length]!);
}

/**
 * Vega-Lite config of every figure: dark text on white whatever the page, 12 px or more, at most about 750 px wide: the
 * output of a cell.
 */
export const theme: Spec = {
  background: "#ffffff",
  // a description of every mark would triple the size of an SVG
  aria: false,
  padding: 12,
  font: FONT,
  view: { stroke: null, continuousWidth: 520, continuousHeight: 320 },
  title: {
    anchor: "start",
    color: INK.strong,
    fontSize: 15,
    fontWeight: "bold",
    subtitleColor: INK.soft,
    subtitleFontSize: 12,
    subtitlePadding: 5,
    subtitleLineHeight: 16,
    offset: 12,
  },
  axis: {
    labelColor: INK.soft,
    labelFontSize: 12,
    titleColor: INK.strong,
    titleFontSize: 13,
    titleFontWeight: "normal",
    titlePadding: 8,
    gridColor: INK.grid,
    domainColor: INK.faint,
    tickColor: INK.faint,
    labelLimit: 0,
    titleLimit: 0,
  },
  range: { category: SERIES },
  axisX: { grid: false, labelFlush: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  header: {
    labelColor: INK.strong,
    labelFontSize: 12,
    labelPadding: 4,
    titleColor: INK.strong,
    titleFontSize: 13,
    titleFontWeight: "normal",
    labelLimit: 0,
    titleLimit: 0,
  },
  legend: {
    labelColor: INK.strong,
    labelFontSize: 12.5,
    labelLimit: 0,
    titleLimit: 0,
    titleColor: INK.strong,
    titleFontSize: 12.5,
    titleFontWeight: "normal",
    titlePadding: 6,
    rowPadding: 5,
    symbolSize: 110,
    symbolStrokeWidth: 2.5,
  },
  // what the encoding says, under the pointer; lines and bands have but one, that of their first point, and rules and
  // texts explain others
  mark: { tooltip: true },
  line: { strokeWidth: 2, strokeCap: "round", strokeJoin: "round", tooltip: null },
  trail: { tooltip: null },
  area: { tooltip: null },
  rule: { tooltip: null },
  text: { color: INK.soft, fontSize: 12, tooltip: null },
};

/**
 * A param that a click in the legend sets, for a chart's `params`; `dimmed` is its counterpart among the encodings.
 *
 *     const chart = {
 *       data: { values: rows },
 *       params: [clickable("set")],
 *       mark: { type: "line", point: { tooltip: true } },
 *       encoding: { x, y, color: { field: "set", type: "nominal" }, opacity: dimmed() },
 *     };
 *
 * Vega-Lite takes the pointer from marks beside those that have the param, unless a mark itself asks for a tooltip, as
 * the points do here.
 *
 * @param field of the data that the legend shows
 * @returns Vega-Lite param
 */
export function clickable(field: string): Spec {
  return { name: "picked", select: { type: "point", fields: [field] }, bind: "legend" };
}

/**
 * The opacity of marks that fade to an eighth while something else is picked in the legend.
 *
 * @param opacity of what is picked, and of all while nothing is
 * @returns Vega-Lite encoding of the channel `opacity`, in a chart with the param `clickable`
 */
export function dimmed(opacity = 1): Spec {
  return { condition: { param: "picked", value: opacity }, value: opacity / 8 };
}

/**
 * The spec with this project's schema and theme, and with a description for those who don't see it; what the spec
 * itself says wins.
 */
export function themed(spec: Spec): Spec {
  const config = isObject(spec.config) ? spec.config : {};
  return { $schema: SCHEMA, ...plain(spec), description: describeFigure(spec), config: { ...theme, ...config } };
}
