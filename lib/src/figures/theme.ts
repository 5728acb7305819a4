import { describeFigure } from "./describe.js";
import { isObject, plain, type Spec } from "./spec.js";

/** JupyterLab's renderer goes by this; Vega-Lite 6 accepts the same specs. */
const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

/** Colours of further models, from Okabe and Ito's set for colour-blind readers and Tol's. */
export const FURTHER = ["#cc79a7", "#56b4e9", "#e69f00", "#332288", "#882255"];

/** Text colours: strong for titles, soft for labels, faint for rules. */
export const INK = { strong: "#1f1f1f", soft: "#444444", faint: "#b0b0b0", grid: "#e8e8e8" };

/** An ordered scale of three, light to dark, told apart without colour. */
export const ORDERED = ["#e6a100", "#c2477f", "#3b1f8f"];

/** Of weights in heat maps. */
export const PALE_TO_DARK = ["#f3f7fb", "#4f94cd", "#08306b"];

/** Of things compared: the first, the second, and on. */
export const SERIES = ["#0072b2", "#d55e00", "#009e73", ...FURTHER];

/** Of axes, panels and legends: labels and titles in full, whatever their length. */
const TITLED = { titleColor: INK.strong, titleFontWeight: "normal", labelLimit: 0, titleLimit: 0 };

/**
 * Vega-Lite config of every figure: dark text on white whatever the page, 12 px or more, at most about 750 px wide: the
 * output of a cell.
 */
const theme: Spec = {
  background: "#ffffff",
  // a description of every mark would triple the size of an SVG
  aria: false,
  padding: 12,
  // Verdana has DejaVu's proportions, so a browser without DejaVu keeps the layout
  font: "DejaVu Sans, Verdana, sans-serif",
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
    ...TITLED,
    labelColor: INK.soft,
    labelFontSize: 12,
    titleFontSize: 13,
    titlePadding: 8,
    gridColor: INK.grid,
    domainColor: INK.faint,
    tickColor: INK.faint,
  },
  range: { category: SERIES },
  axisX: { grid: false, labelFlush: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  header: { ...TITLED, labelColor: INK.strong, labelFontSize: 12, labelPadding: 4, titleFontSize: 13 },
  legend: {
    ...TITLED,
    labelColor: INK.strong,
    labelFontSize: 12.5,
    titleFontSize: 12.5,
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
 * The spec with this project's schema and theme, and with a description for those who don't see it; what the spec
 * itself says wins.
 */
export function themed(spec: Spec): Spec {
  const config = isObject(spec.config) ? spec.config : {};
  return { $schema: SCHEMA, ...plain(spec), description: describeFigure(spec), config: { ...theme, ...config } };
}
