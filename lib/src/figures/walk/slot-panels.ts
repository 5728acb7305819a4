import type { Spec } from "../spec.js";
import { INK, PALE_TO_DARK } from "../theme.js";
import { HEIGHT, heading, LEVEL, MARKER, type PanelContext, panelName, stepAxis, stepMark, WIDTH } from "./panel.js";
import { AT_STEP, chosen, edges, unpacked } from "./transforms.js";

const slotAxis = (labels: boolean) => ({
  y: {
    field: "slotFrom",
    type: "quantitative",
    title: null,
    scale: { zero: false, nice: false },
    axis: { tickMinStep: 1, tickCount: 4, labels, grid: false, ...LEVEL },
  },
  y2: { field: "slotTo" },
});

/** A head's weights over steps and slots. */
export function weightsPanel(context: PanelContext, side: string, head: string): Spec {
  const { steps, weight } = context;
  return {
    title: heading(`${head}: slot by step`),
    width: WIDTH,
    height: HEIGHT.slots,
    layer: [
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
          ...slotAxis(true),
          color: weightColor(weight),
          tooltip: [
            { field: "step", type: "quantitative" },
            { field: "index", type: "quantitative", title: "slot" },
            { field: "weight", type: "quantitative" },
          ],
        },
      },
      stepMark(context, true),
    ],
  };
}

function weightColor(most: number): Spec {
  return {
    field: "weight",
    type: "quantitative",
    scale: { type: "sqrt", domain: [0, most / 4, most], range: PALE_TO_DARK, clamp: true },
    legend: null,
  };
}

/** The memory after the chosen step, and to its left where the heads look at that step. */
export function memoryPanel({ weight, heads }: PanelContext, side: string): Spec {
  // a strip and a gap a head; with two heads and 16 columns every cell has whole pixels
  const strips = 2 * heads.length;
  const x = {
    field: "from",
    type: "quantitative",
    title: null,
    scale: { domainMin: -strips, zero: false, nice: false },
    axis: null,
  };
  const place = { x, x2: { field: "to" }, ...slotAxis(true) };
  return {
    title: heading("memory at the step"),
    width: WIDTH,
    height: HEIGHT.slots,
    resolve: { scale: { color: "independent" } },
    layer: [
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
          color: {
            field: "shade",
            type: "quantitative",
            scale: { domain: [-1, 0, 1], range: ["#b35806", "#f7f7f7", "#542788"], clamp: true },
            legend: null,
          },
          tooltip: [
            { field: "slot", type: "quantitative" },
            { field: "column", type: "quantitative" },
            { field: "value", type: "quantitative", format: ".2f" },
          ],
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
          tooltip: [
            { field: "head", type: "nominal" },
            { field: "index", type: "quantitative", title: "slot" },
            { field: "weight", type: "quantitative" },
          ],
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
    data: { name: "states" },
    transform: [{ filter: chosen(side) }, AT_STEP, ...unpacked("probabilities", "probability")],
    mark: { type: "bar" },
    encoding: {
      x: { field: "index", type: "ordinal", title: null, axis: { labelAngle: 0, ticks: false } },
      y: {
        field: "probability",
        type: "quantitative",
        title: null,
        scale: { domain: [0, 1] },
        axis: { tickCount: 3, ...LEVEL },
      },
      color: { condition: { test: "datum.index === datum.label", value: MARKER }, value: INK.faint },
      tooltip: [
        { field: "index", type: "quantitative", title: "class" },
        { field: "probability", type: "quantitative" },
      ],
    },
  };
}
