import type { Spec } from "../spec.js";
import { clickable, dimmed, INK } from "../theme.js";
import {
  GAP,
  HEIGHT,
  heading,
  LABELS,
  LEVEL,
  MARKER,
  MODELS_GAP,
  type PanelContext,
  panelName,
  SIGNAL,
  stepAxis,
  stepCells,
  stepMark,
  WIDTH,
} from "./panel.js";
import { AT_STEP, chosen, SAMPLE } from "./transforms.js";

/** The sample's values over the steps. */
export function signalPanel(context: PanelContext): Spec {
  const encoding = {
    x: stepAxis(context.steps, "step", true),
    y: { field: "value", type: "quantitative", title: null, axis: { tickCount: 3, ...LEVEL }, scale: { zero: false } },
  };
  const data = { data: { name: "signals" }, transform: [{ filter: SAMPLE }] };
  const width = 4 * WIDTH + 2 * GAP.column + MODELS_GAP + LABELS;
  return {
    title: heading("signal over the steps"),
    width,
    height: HEIGHT.signal,
    layer: [
      legend(context, width),
      { ...data, mark: { type: "line", color: INK.soft, strokeWidth: 1.5 }, encoding },
      { ...data, mark: { type: "point", filled: true, size: 28, opacity: 1, color: INK.soft }, encoding },
      {
        data: { name: "signals" },
        transform: [{ filter: SAMPLE }, AT_STEP],
        mark: { type: "point", filled: true, size: 90, opacity: 1, color: MARKER },
        encoding,
      },
      stepMark(context, true),
      stepCells(context, SIGNAL, true),
    ],
  };
}

/** The colours of the heads, at the right above the signal: panels that share a frame have no room for it. */
function legend({ heads, colors }: PanelContext, width: number): Spec {
  const [row, letter] = [30, 7];
  const wide = heads.reduce((sum, head) => sum + row + letter * (head.length + " head".length), 0);
  return {
    data: { values: [] },
    params: [clickable("head")],
    mark: { type: "point" },
    encoding: {
      color: {
        field: "head",
        type: "nominal",
        title: null,
        scale: { domain: heads, range: colors },
        legend: {
          orient: "none",
          direction: "horizontal",
          legendX: width - wide,
          legendY: -22,
          symbolType: "stroke",
          symbolOpacity: 1,
          labelExpr: "datum.label + ' head'",
        },
      },
    },
  };
}

/** One number of each head over the steps. */
export function numberPanel(
  context: PanelContext,
  side: string,
  field: string,
  title: string,
  options: Spec = {},
): Spec {
  const { steps, heads, colors } = context;
  const { domain, band } = options as { domain?: number[]; band?: boolean };
  const color = { field: "head", type: "nominal", scale: { domain: heads, range: colors }, legend: null };
  const x = stepAxis(steps, "step", false);
  const y = {
    field,
    type: "quantitative",
    title: null,
    scale: { ...(domain ? { domain } : {}), zero: false },
    axis: { tickCount: 3, ...LEVEL },
  };
  const tooltip = [
    { field: "head", type: "nominal" },
    { field: "step", type: "quantitative" },
    { field: "gate", type: "quantitative" },
    { field: "strength", type: "quantitative" },
    { field: "shift", type: "quantitative" },
    { field: "focus", type: "quantitative" },
    { field: "sharpening", type: "quantitative" },
  ];
  return {
    title: heading(title),
    width: WIDTH,
    height: HEIGHT.numbers,
    data: { name: "heads" },
    transform: [{ filter: chosen(side) }],
    layer: [
      stepMark(context, false),
      stepCells(context, panelName(side, field), false),
      ...(band
        ? [
            {
              mark: { type: "area" },
              encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color, opacity: dimmed(0.18) },
            },
          ]
        : []),
      { mark: { type: "line", strokeWidth: 1.5 }, encoding: { x, y, color, opacity: dimmed() } },
      { mark: { type: "point", filled: true, size: 20 }, encoding: { x, y, color, opacity: dimmed(), tooltip } },
    ],
  };
}
