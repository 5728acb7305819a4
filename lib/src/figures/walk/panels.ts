import { clickable, dimmed, dots, layers, nominal, numeric, ordinal } from "../channels.js";
import type { Spec } from "../spec.js";
import { INK } from "../theme.js";
import { edges, unpacked, weightColor } from "./rows.js";

/** The selection of a step; `sample`, `left` and `right` are the other parameters. */
export const STEP = "at";

/** Expression that holds for the rows of the chosen sample. */
const SAMPLE = "datum.sample === sample";

/** And of the model that is chosen on one side. */
const chosen = (side: string) => `${SAMPLE} && datum.model === ${side}`;

/** Keeps the rows of the chosen step. */
const AT_STEP: Spec = { filter: { param: STEP, empty: false } };

/** Pixels: of a panel, of the signal, of the numbers over the steps, and of what has an axis of slots. */
const WIDTH = 140;
const HEIGHT = { signal: 64, numbers: 54, slots: 120 };
/** Between frames: axes and titles lie there. */
export const GAP = { column: 44, row: 46 };
/** Between the two models, from an axis on. */
export const MODELS_GAP = 16;
/** Room for the labels of every y axis, so that what stands one above the other has its frame in line. */
const LABELS = 30;
/** As wide for all. */
const LEVEL = { minExtent: LABELS };
/** Unseen, as high above the frame as a label at its top: so titles have one height, whatever labels there are. */
const RAISED: Spec = {
  data: { values: [{}] },
  mark: { type: "text", text: "0", x: 0, y: 0, fontSize: 14, opacity: 0 },
};
const MARKER = "#e6a100";

/** What all panels of a figure share. */
export interface PanelContext {
  steps: number;
  heads: readonly string[];
  /** colour of each head */
  colors: readonly string[];
  /** largest weight: the end of the colour scale */
  weight: number;
}

/** Pixels between a panel's title and what stands highest in it. */
export const TITLE_GAP = 1;

const heading = (text: string) => ({
  text,
  fontSize: 12,
  fontWeight: "normal",
  frame: "group",
  offset: TITLE_GAP,
  color: INK.soft,
});

function stepAxis(steps: number, field: string, labels: boolean) {
  return numeric(field, {
    title: null,
    scale: { domain: [-0.5, steps - 0.5], nice: false },
    axis: { tickMinStep: 1, tickCount: 4, labels, ticks: labels },
  });
}

/** The line that marks the chosen step. */
function stepMark({ steps }: PanelContext, labels: boolean): Spec {
  return {
    data: { name: "signals" },
    transform: [{ filter: SAMPLE }, AT_STEP],
    mark: { type: "rule", color: MARKER, strokeWidth: 2.5, opacity: 0.8 },
    encoding: { x: stepAxis(steps, "step", labels) },
  };
}

/** Over the whole panel an invisible cell a step, for the pointer. */
function stepCells({ steps }: PanelContext, name: string, labels: boolean): Spec {
  return {
    name,
    data: { name: "signals" },
    transform: [{ filter: SAMPLE }, ...edges("step", "step")],
    mark: { type: "rect", opacity: 0 },
    encoding: {
      x: stepAxis(steps, "stepFrom", labels),
      x2: { field: "stepTo" },
      tooltip: [numeric("step"), numeric("value", { title: "signal" })],
    },
  };
}

/** Names of the panels over which the pointer chooses a step. */
export const SIGNAL = "signal";
export const panelName = (side: string, what: string) => `${side}-${what.replace(" ", "-")}`;

/** The sample's values over the steps. */
export function signalPanel(context: PanelContext): Spec {
  const encoding = {
    x: stepAxis(context.steps, "step", true),
    y: numeric("value", { title: null, axis: { tickCount: 3, ...LEVEL }, scale: { zero: false } }),
  };
  const data = { data: { name: "signals" }, transform: [{ filter: SAMPLE }] };
  const width = 4 * WIDTH + 2 * GAP.column + MODELS_GAP + LABELS;
  return {
    title: heading("signal over the steps"),
    width,
    height: HEIGHT.signal,
    layer: [
      RAISED,
      legend(context, width),
      { ...data, mark: { type: "line", color: INK.soft, strokeWidth: 1.5 }, encoding },
      { ...data, mark: dots(28, { opacity: 1, color: INK.soft }), encoding },
      {
        data: { name: "signals" },
        transform: [{ filter: SAMPLE }, AT_STEP],
        mark: dots(90, { opacity: 1, color: MARKER }),
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
      color: nominal("head", {
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
      }),
    },
  };
}

/** One number of each head over the steps. @param options.band whether the rows have its `low` and `high` */
export function numberPanel(
  context: PanelContext,
  side: string,
  field: string,
  title: string,
  options: { domain?: number[]; band?: boolean } = {},
): Spec {
  const { steps, heads, colors } = context;
  const { domain, band } = options;
  const color = nominal("head", { scale: { domain: heads, range: colors }, legend: null });
  const x = stepAxis(steps, "step", false);
  const y = numeric(field, { title: null, scale: { domain, zero: false }, axis: { tickCount: 3, ...LEVEL } });
  const numbers = ["step", "gate", "strength", "shift", "focus", "sharpening"];
  const tooltip = [nominal("head"), ...numbers.map((name) => numeric(name))];
  return {
    title: heading(title),
    width: WIDTH,
    height: HEIGHT.numbers,
    data: { name: "heads" },
    transform: [{ filter: chosen(side) }],
    layer: layers(
      RAISED,
      stepMark(context, false),
      stepCells(context, panelName(side, field), false),
      band && {
        mark: { type: "area" },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color, opacity: dimmed(0.18) },
      },
      { mark: { type: "line", strokeWidth: 1.5 }, encoding: { x, y, color, opacity: dimmed() } },
      { mark: dots(20), encoding: { x, y, color, opacity: dimmed(), tooltip } },
    ),
  };
}

/** The channels of a cell's slot. */
const UP = {
  y: numeric("slotFrom", {
    title: null,
    scale: { zero: false, nice: false },
    axis: { tickMinStep: 1, tickCount: 4, labels: true, grid: false, ...LEVEL },
  }),
  y2: { field: "slotTo" },
};

/** A head's weights over steps and slots. */
export function weightsPanel(context: PanelContext, side: string, head: string): Spec {
  const { steps, weight } = context;
  return {
    title: heading(`${head}: slot by step`),
    width: WIDTH,
    height: HEIGHT.slots,
    layer: [
      RAISED,
      {
        name: panelName(side, head),
        data: { name: "heads" },
        transform: [
          { filter: `${chosen(side)} && datum.head === '${head}'` },
          ...unpacked("weights", "weight", "step"),
          ...edges("step", "step"),
          ...edges("index", "slot"),
        ],
        mark: { type: "rect" },
        encoding: {
          x: stepAxis(steps, "stepFrom", true),
          x2: { field: "stepTo" },
          ...UP,
          color: weightColor(weight),
          tooltip: [numeric("step"), numeric("index", { title: "slot" }), numeric("weight")],
        },
      },
      stepMark(context, true),
    ],
  };
}

/** The memory after the chosen step, and to its left where the heads look at that step. */
export function memoryPanel({ weight, heads }: PanelContext, side: string): Spec {
  // a strip and a gap a head; with two heads and 16 columns every cell has whole pixels
  const strips = 2 * heads.length;
  const x = numeric("from", { title: null, scale: { domainMin: -strips, zero: false, nice: false }, axis: null });
  const place = { x, x2: { field: "to" }, ...UP };
  const shade = { domain: [-1, 0, 1], range: ["#b35806", "#f7f7f7", "#542788"], clamp: true };
  return {
    title: heading("memory at the step"),
    width: WIDTH,
    height: HEIGHT.slots,
    resolve: { scale: { color: "independent" } },
    layer: [
      RAISED,
      {
        data: { name: "states" },
        transform: [
          { filter: chosen(side) },
          AT_STEP,
          ...unpacked("memory", "shade"),
          { calculate: "floor(datum.index / datum.width)", as: "slot" },
          { calculate: "datum.index % datum.width", as: "column" },
          ...edges("slot", "slot"),
          { calculate: "datum.shade * datum.most", as: "value" },
          { calculate: "datum.column", as: "from" },
          { calculate: "datum.column + 1", as: "to" },
        ],
        mark: { type: "rect" },
        encoding: {
          ...place,
          color: numeric("shade", { scale: shade, legend: null }),
          tooltip: [numeric("slot"), numeric("column"), numeric("value", { format: ".2f" })],
        },
      },
      {
        data: { name: "heads" },
        transform: [
          { filter: chosen(side) },
          AT_STEP,
          ...unpacked("weights", "weight", "head"),
          ...edges("index", "slot"),
          { calculate: `2 * indexof(${JSON.stringify(heads)}, datum.head) - ${strips}`, as: "from" },
          { calculate: "datum.from + 1", as: "to" },
        ],
        mark: { type: "rect" },
        encoding: {
          ...place,
          color: weightColor(weight),
          tooltip: [nominal("head"), numeric("index", { title: "slot" }), numeric("weight")],
        },
      },
    ],
  };
}

/** What the model would answer if the sequence ended with the chosen step. */
export function answerPanel(side: string): Spec {
  return {
    title: heading("answer at the step"),
    width: WIDTH,
    height: HEIGHT.slots,
    layer: [
      RAISED,
      {
        data: { name: "states" },
        transform: [{ filter: chosen(side) }, AT_STEP, ...unpacked("probabilities", "probability")],
        mark: { type: "bar" },
        encoding: {
          x: ordinal("index", { title: null, axis: { labelAngle: 0, ticks: false } }),
          y: numeric("probability", { title: null, scale: { domain: [0, 1] }, axis: { tickCount: 3, ...LEVEL } }),
          color: { condition: { test: "datum.index === datum.label", value: MARKER }, value: INK.faint },
          tooltip: [numeric("index", { title: "class" }), numeric("probability")],
        },
      },
    ],
  };
}
