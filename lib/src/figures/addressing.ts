import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { clickable, dimmed, dots, layerOf, nominal, numeric, upTo } from "./channels.js";
import { type KernelForm, relativeSlots, shiftKernel, shiftWeights } from "./kernel.js";
import type { Spec } from "./spec.js";
import { INK, ORDERED, themed } from "./theme.js";

/** What addressingExamples draws. */
export interface AddressingOptions {
  /** slots of the memory, 20 if not given */
  slots?: number;
  /** shifts in slots, a row each */
  deltas?: readonly number[];
  /** focus widths in slots, a colour each, at most three */
  sigmas?: readonly number[];
  /** slot where the head stands before the shift, 5 if not given */
  start?: number;
  title?: string;
}

/**
 * The Gaussian shift of a DMS-NTM head for several shifts and focus widths: the kernel over the relative slot and,
 * beside it, where a head lands that stood on one slot. Dots are the published kernel, rings the periodic one; they
 * part where a bell crosses the seam of the ring.
 *
 * @returns Vega-Lite spec; weights on a square-root scale
 * @throws UserError slots, shifts or widths out of range; a start that is no slot
 */
export function addressingExamples(options: AddressingOptions = {}): Spec {
  const { slots, deltas, sigmas, start, title } = withDefaults("addressingExamples", options, {
    slots: 20,
    deltas: [0, 2.5, 5, 9.5, -7],
    sigmas: [0.3, 1, 3],
    start: 5,
    title: undefined,
  });
  if (deltas.length === 0) throw new UserError("deltas is empty, expected at least one shift");
  if (sigmas.length === 0 || sigmas.length > ORDERED.length) {
    throw new UserError(`sigmas has ${sigmas.length} widths, expected 1 to ${ORDERED.length}`);
  }
  if (!Number.isInteger(start) || start < 0 || start >= slots) {
    throw new UserError(`start is ${show(start)}, expected a slot from 0 to ${slots - 1}`);
  }
  const rows = addressingRows(slots, deltas, sigmas, start);
  const panel = (values: object[], x: Spec, at: number, first: boolean) => ({
    data: { values },
    facet: {
      row: nominal("shift", {
        sort: deltas.map(shiftLabel),
        title: first ? "weight, on a square-root scale" : null,
        header: { labelAngle: 0, labelAlign: "left", labelFontSize: 13, labels: first, titlePadding: 4 },
      }),
    },
    spacing: 16,
    spec: {
      width: 282,
      height: 82,
      layer: [layerOf([{ at }], BEFORE, { x: numeric("at") }), ...curves(x, sigmas, first)],
    },
  });
  const stood = `slot, for a head that stood on slot ${start}`;
  return themed({
    title: {
      text: title ?? `A shift by δ slots with focus width σ, in a memory of ${slots} slots`,
      subtitle: "dots: published kernel; rings: the same, periodic in δ; dashed: no shift, and where the head stood",
    },
    hconcat: [
      panel(rows.kernel, slotAxis("slot", "relative slot", relativeSlots(slots)), 0, true),
      panel(rows.landing, slotAxis("slot", stood, upTo(slots)), start, false),
    ],
    spacing: 24,
  });
}

/** The dashed line where a head stood before the shift. */
export const BEFORE = { type: "rule", strokeDash: [4, 3], color: INK.faint, strokeWidth: 1.5 };

/** The axis of consecutive slots. */
export function slotAxis(field: string, title: string, slots: readonly number[]) {
  return numeric(field, {
    title,
    scale: { domain: [slots[0]! - 0.5, slots.at(-1)! + 0.5], nice: false },
    axis: { tickMinStep: 1, tickCount: slots.length / 2 },
  });
}

/** The axis of weights, on a square-root scale. */
export function weightAxis(form: string, title: string | null, values: readonly number[]) {
  return numeric(form, { title, scale: { type: "sqrt", domain: [0, 1] }, axis: { values, format: "~" } });
}

/** Lines of a tooltip: the weights of both kernels. */
export const BOTH = ["published", "periodic"].map((form) => numeric(form, { format: ".4f" }));

/**
 * The figure's numbers: the kernel over relative slots, and where a one-hot weighting lands over slots, for each shift
 * and width.
 */
export function addressingRows(slots: number, deltas: readonly number[], sigmas: readonly number[], start: number) {
  const stood = Array.from({ length: slots }, (_, i) => (i === start ? 1 : 0));
  const relative = relativeSlots(slots);
  const both = deltas.flatMap((delta) =>
    sigmas.map((sigma) => {
      const of = { shift: shiftLabel(delta), focus: focusLabel(sigma) };
      const published = shiftKernel({ slots, delta, sigma, form: "published" });
      const periodic = shiftKernel({ slots, delta, sigma, form: "periodic" });
      const [a, b] = [shiftWeights(stood, published), shiftWeights(stood, periodic)];
      return {
        kernel: relative.map((slot, i) => ({ ...of, slot, published: published[i]!, periodic: periodic[i]! })),
        landing: stood.map((_, slot) => ({ ...of, slot, published: a[slot]!, periodic: b[slot]! })),
      };
    }),
  );
  return { kernel: both.flatMap(({ kernel }) => kernel), landing: both.flatMap(({ landing }) => landing) };
}

/** A true minus sign is as wide as a plus. */
function shiftLabel(delta: number): string {
  return `δ = ${String(delta).replace("-", "−")}`;
}

function focusLabel(sigma: number): string {
  return `σ = ${sigma}`;
}

/**
 * Dots joined by a line for the published form, rings for the periodic one.
 * @param clicked whether the legend is bound here: once a figure
 */
function curves(x: Spec, sigmas: readonly number[], clicked: boolean): Spec[] {
  const y = (form: KernelForm) => weightAxis(form, null, [0, 0.1, 0.5, 1]);
  const color = nominal("focus", {
    scale: { domain: sigmas.map(focusLabel), range: ORDERED.slice(0, sigmas.length) },
    legend: { title: null, orient: "top", symbolType: "circle", symbolStrokeWidth: 0, symbolOpacity: 1 },
  });
  const tooltip = [nominal("shift"), nominal("focus"), numeric("slot"), ...BOTH];
  return [
    {
      params: clicked ? [clickable("focus")] : undefined,
      mark: { type: "line", strokeWidth: 1.2 },
      encoding: { x, y: y("published"), color, opacity: dimmed(0.7) },
    },
    { mark: dots(22), encoding: { x, y: y("published"), color, opacity: dimmed(), tooltip } },
    {
      mark: { type: "point", size: 60, strokeWidth: 1 },
      encoding: { x, y: y("periodic"), color, opacity: dimmed(0.9), tooltip },
    },
  ];
}
