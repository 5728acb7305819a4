import type { Spec } from "../spec.js";
import { INK } from "../theme.js";
import { AT_STEP, edges, SAMPLE } from "./transforms.js";

/** Pixels: of a panel, of the signal, of the numbers over the steps, and of what has an axis of slots. */
export const WIDTH = 140;
export const HEIGHT = { signal: 64, numbers: 54, slots: 120 };
/** Between frames: axes and titles lie there. */
export const GAP = { column: 44, row: 46 };
/** Between the two models, from an axis on. */
export const MODELS_GAP = 16;
/** Room for the labels of every y axis, so that what stands one above the other has its frame in line. */
export const LABELS = 30;
/** And labels that stay beside the frame, so that titles have one height. */
export const LEVEL = { minExtent: LABELS, labelFlush: 6 };
export const MARKER = "#e6a100";

/** What all panels of a figure share. */
export interface PanelContext {
  steps: number;
  heads: readonly string[];
  /** colour of each head */
  colors: readonly string[];
  /** largest weight: the end of the colour scale */
  weight: number;
}

/** Placed by the frame: the labels of the axes don't move it. */
export const heading = (text: string) => ({
  text,
  fontSize: 12,
  fontWeight: "normal",
  frame: "group",
  offset: 7,
  color: INK.soft,
});

export function stepAxis(steps: number, field: string, labels: boolean): Spec {
  return {
    field,
    type: "quantitative",
    title: null,
    scale: { domain: [-0.5, steps - 0.5], nice: false },
    axis: { tickMinStep: 1, tickCount: 4, labels, ticks: labels },
  };
}

/** The line that marks the chosen step. */
export function stepMark({ steps }: PanelContext, labels: boolean): Spec {
  return {
    data: { name: "signals" },
    transform: [{ filter: SAMPLE }, AT_STEP],
    mark: { type: "rule", color: MARKER, strokeWidth: 2.5, opacity: 0.8 },
    encoding: { x: stepAxis(steps, "step", labels) },
  };
}

/** Over the whole panel an invisible cell a step, for the pointer. */
export function stepCells({ steps }: PanelContext, name: string, labels: boolean): Spec {
  return {
    name,
    data: { name: "signals" },
    transform: [{ filter: SAMPLE }, ...edges("step", "step")],
    mark: { type: "rect", opacity: 0 },
    encoding: {
      x: stepAxis(steps, "stepFrom", labels),
      x2: { field: "stepTo" },
      tooltip: [
        { field: "step", type: "quantitative" },
        { field: "value", type: "quantitative", title: "signal" },
      ],
    },
  };
}

/** Names of the panels over which the pointer chooses a step. */
export const SIGNAL = "signal";
export const panelName = (side: string, what: string) => `${side}-${what.replace(" ", "-")}`;
