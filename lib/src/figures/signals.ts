import { summarize } from "../stats/index.js";
import { withDefaults } from "../support/options.js";
import { checkWhole, show, UserError } from "../support/user-error.js";
import { clickable, dimmed, dots, nominal, numeric, ordinal } from "./channels.js";
import { checkEntries } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, SERIES, themed } from "./theme.js";

/** A signal under a name; panels of signalGrid, e.g. the stages of one digit. */
export interface NamedSignal {
  /** the panel that it is drawn in; panels follow in the order of their first signal */
  panel: string;
  values: ArrayLike<number>;
  /** tells several signals of a panel apart by colour */
  series?: string;
}

/** How signalGrid lays out its panels. */
export interface SignalGridOptions {
  /** panels in a line, 5 if not given */
  columns?: number;
  title?: string;
}

/** A signal with the class that it belongs to. */
export interface LabelledSignal {
  digit: number;
  values: ArrayLike<number>;
}

/** Nobody sees it, the pointer finds it: tooltips of a line are those of its first point. One value makes no line. */
const target = (signals: readonly { values: ArrayLike<number> }[]): Spec =>
  dots(80, { opacity: signals.some(({ values }) => values.length === 1) ? 1 : 0 });

function tooltip(names: readonly string[], values: readonly string[]): Spec[] {
  return [
    ...names.map((name) => nominal(name)),
    numeric("position"),
    ...values.map((name) => numeric(name, { format: ".3f" })),
  ];
}

/** How panels are laid out: so many in a line, each as wide as there is room. */
function inLines(columns: number, panels: number) {
  checkWhole("columns", columns);
  const across = Math.min(columns, panels);
  return { across, width: Math.max(90, Math.floor(670 / across) - 14), spacing: { row: 14, column: 14 } };
}

function points(values: ArrayLike<number>, what: string): { position: number; value: number }[] {
  if (typeof values !== "object" || typeof values?.length !== "number")
    throw new UserError(`${what} is ${show(values)}, expected an array of numbers`);
  if (values.length === 0) throw new UserError(`${what} has no values, expected at least one`);
  return Array.from(values, (value, position) => ({ position, value }));
}

/**
 * Signals as small multiples: a panel a name, in reading order. Panels share the value axis; the position axis too, if
 * all signals are equally long.
 *
 * @param signals one or more a panel
 * @throws UserError no signals, an empty one, more series than colours
 */
export function signalGrid(signals: readonly NamedSignal[], options: SignalGridOptions = {}): Spec {
  checkEntries("signals", signals);
  if (signals.length === 0) throw new UserError("no signals to draw, expected at least one");
  const { columns, title } = withDefaults("signalGrid", options, {
    columns: 5,
    title: "Signals",
  });
  const panels = [...new Set(signals.map(({ panel }) => panel))];
  const { across, width, spacing } = inLines(columns, panels.length);
  const series = [...new Set(signals.map((signal) => signal.series ?? ""))];
  const several = series.length > 1;
  const rows = signals.flatMap(({ panel, series = "", values }, index) =>
    points(values, `signal ${index + 1}, ${show(panel)},`).map((point) => ({ panel, series, index, ...point })),
  );
  if (series.length > SERIES.length)
    throw new UserError(`signals have ${series.length} series, expected at most ${SERIES.length}`);
  const lengths = new Set(signals.map(({ values }) => values.length));
  const color = nominal("series", {
    sort: series,
    title: null,
    scale: { range: SERIES },
    legend: { orient: "bottom" },
  });
  return themed({
    title: { text: title },
    data: { values: rows },
    columns: across,
    facet: nominal("panel", { sort: panels, title: null }),
    spacing,
    resolve: { scale: { x: lengths.size > 1 ? "independent" : "shared", y: "shared" } },
    spec: {
      width,
      height: 100,
      encoding: {
        x: numeric("position", {
          title: "position",
          scale: { nice: false, zero: true },
          axis: { tickCount: 3, tickMinStep: 1 },
        }),
        y: numeric("value", { title: "value", scale: { zero: false }, axis: { tickCount: 4 } }),
        color: several ? color : { value: SERIES[0] },
        detail: nominal("index"),
      },
      layer: [
        {
          mark: { type: "line", strokeWidth: 1.7 },
          ...(several ? { params: [clickable("series")], encoding: { opacity: dimmed() } } : {}),
        },
        { mark: target(signals), encoding: { tooltip: tooltip(several ? ["panel", "series"] : ["panel"], ["value"]) } },
      ],
    },
  });
}

/**
 * Mean signal of each class with a band of one standard deviation to either side, a panel a class.
 *
 * @param signals one entry a sample, all equally long
 * @throws UserError no signals, lengths that differ, less than one column
 */
export function classMeans(
  signals: readonly LabelledSignal[],
  options: { columns?: number; title?: string } = {},
): Spec {
  checkEntries("signals", signals);
  if (signals.length === 0) throw new UserError("no signals to draw, expected at least one");
  signals.forEach(({ values }, i) => void points(values, `signal ${i + 1}`));
  const { length } = signals[0]!.values;
  const odd = signals.findIndex((signal) => signal.values.length !== length);
  if (odd >= 0)
    throw new UserError(`signal ${odd + 1} has ${signals[odd]!.values.length} values, expected ${length} as the first`);
  const digits = [...new Set(signals.map(({ digit }) => digit))].sort((a, b) => a - b);
  const rows = digits.flatMap((digit) => {
    const members = signals.filter((signal) => signal.digit === digit);
    return Array.from({ length }, (_, position) => {
      const { mean, sd } = summarize(members.map(({ values }) => values[position]!));
      return { digit, position, mean, low: mean - sd, high: mean + sd };
    });
  });
  const { columns, title } = withDefaults("classMeans", options, {
    columns: 5,
    title: "Mean signal of each class",
  });
  const { across, width, spacing } = inLines(columns, digits.length);
  const x = numeric("position", {
    title: "position",
    scale: { nice: false },
    axis: { tickCount: 4, tickMinStep: 1 },
  });
  const y = numeric("mean", { title: "value", scale: { zero: false }, axis: { tickCount: 4 } });
  return themed({
    title: { text: title, subtitle: `${signals.length.toLocaleString("en-US")} signals; band: ± 1 standard deviation` },
    data: { values: rows },
    columns: across,
    facet: ordinal("digit", { title: null, header: { labelFontSize: 13, labelExpr: "'digit ' + datum.value" } }),
    spacing,
    spec: {
      width,
      height: 110,
      layer: [
        {
          mark: { type: "area", opacity: 0.2, color: SERIES[0] },
          encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
        },
        { mark: { type: "line", color: SERIES[0] }, encoding: { x, y } },
        { mark: target(signals), encoding: { x, y, tooltip: tooltip(["digit"], ["mean", "low", "high"]) } },
      ],
    },
  });
}

/**
 * A signal with all its features, over it the features that a sequence model reads.
 *
 * @param values all features
 * @param options.stride every how-manieth feature is read, 2 if not given
 * @throws UserError no values, or a stride that is no whole number of at least 1
 */
export function signalOverlay(values: ArrayLike<number>, options: { stride?: number; title?: string } = {}): Spec {
  const { stride, title } = withDefaults("signalOverlay", options, { stride: 2, title: "What the models read" });
  checkWhole("stride", stride);
  const all = points(values, "the signal");
  const read = all.filter(({ position }) => position % stride === 0);
  const [full, strided] = [`all ${all.length} features`, `every ${counted(stride)} feature: ${read.length} steps`];
  const rows = [
    ...all.map((point) => ({ ...point, reading: full })),
    ...read.map((point) => ({ ...point, reading: strided })),
  ];
  const opacity = dimmed();
  const told = { opacity, tooltip: tooltip(["reading"], ["value"]) };
  const only = (reading: string) => [{ filter: { field: "reading", equal: reading } }];
  return themed({
    title: { text: title },
    data: { values: rows },
    width: 620,
    height: 240,
    encoding: {
      x: numeric("position", { title: "feature", scale: { nice: false }, axis: { tickMinStep: 1 } }),
      y: numeric("value", { title: "value", scale: { zero: false } }),
      color: nominal("reading", {
        scale: { domain: [full, strided], range: [INK.faint, SERIES[1]] },
        legend: { title: null, orient: "top", symbolType: "circle", symbolStrokeWidth: 0 },
      }),
    },
    layer: [
      {
        params: [clickable("reading")],
        transform: only(full),
        mark: { type: "line", strokeWidth: 4 },
        encoding: { opacity },
      },
      { transform: only(full), mark: dots(60), encoding: told },
      { transform: only(strided), mark: { type: "line", strokeWidth: 1.5 }, encoding: { opacity } },
      { transform: only(strided), mark: dots(60), encoding: told },
    ],
  });
}

function counted(n: number): string {
  return ["", "single", "second", "third", "fourth", "fifth"][n] ?? `${n}th`;
}
