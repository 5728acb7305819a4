import { MEDIAN_SEEDS } from "../stats/intervals.js";
import { isObject, type Spec } from "./spec.js";

// The parts of Vega-Lite that most figures are made of.

/** A channel of numbers, or a line of a tooltip that tells one. @param more title, scale, axis, format, ... */
export const numeric = (field: string, more: Spec = {}) => ({ field, type: "quantitative", ...more });

/** A channel of names, or a line of a tooltip that tells one. */
export const nominal = (field: string, more: Spec = {}) => ({ field, type: "nominal", ...more });

/** A channel of what has an order, such as steps. */
export const ordinal = (field: string, more: Spec = {}) => ({ field, type: "ordinal", ...more });

/** Lines of a tooltip: the ends of an interval, in the fields "low" and "high". */
export const interval = (format: string, what = "95 %") => [
  numeric("low", { title: `${what}: from`, format }),
  numeric("high", { title: "to", format }),
];

/** What the interval of a median is called, in words, where some models have so many seeds. */
export const medianWords = (seeds: readonly number[]): string =>
  seeds.every((count) => count >= MEDIAN_SEEDS)
    ? "its 95 % interval"
    : `its 95 % interval, of fewer than ${MEDIAN_SEEDS} seeds from the lowest to the highest`;

/** The mark of filled points. @param size area in square pixels */
export const dots = (size: number, more: Spec = {}) => ({ type: "point", filled: true, size, ...more });

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
 * The axis up of rows below each other. Rows are numbers, labelled by name: offsets from a nominal row differ between
 * Vega-Lite 5 and 6.
 */
export function rowAxis(labels: readonly string[], axis: Spec): Spec {
  return numeric("row", {
    title: null,
    scale: { domain: [labels.length - 0.5, -0.5], zero: false, nice: false },
    axis: {
      values: labels.map((_, row) => row),
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
      grid: false,
      ...axis,
    },
  });
}

/** Settings of an axis of single steps or slots: labels at round numbers, and at most so many. */
export function sparseLabels(count: number, most: number): Spec {
  const round = [1, 10, 100, 1000].flatMap((power) => [power, 2 * power, 5 * power]);
  const every = round.find((n) => count / n <= most) ?? 10_000;
  return { labelExpr: `datum.value % ${every} === 0 ? datum.label : ''`, labelAngle: 0 };
}

/** 0, 1, ... below `count`. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The powers of ten from 10 ** from to 10 ** to. */
export function decades(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => Number(`1e${from + i}`));
}

/** A layer with data of its own. */
export const layerOf = (values: readonly object[], mark: Spec, encoding: Spec) => ({
  data: { values },
  mark,
  encoding,
});

/** The layers that there are: one whose own data has no rows would only widen the scales. */
export function layers(...all: (Spec | false | undefined)[]): Spec[] {
  const isEmpty = ({ data }: Spec) => isObject(data) && Array.isArray(data.values) && data.values.length === 0;
  return all.filter((layer): layer is Spec => Boolean(layer) && !isEmpty(layer as Spec));
}
