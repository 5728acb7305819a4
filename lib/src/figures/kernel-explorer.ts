import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { BEFORE, BOTH, slotAxis, weightAxis } from "./addressing.js";
import { dots, nominal, numeric, upTo } from "./channels.js";
import { PUBLISHED_EPSILON, relativeSlots } from "./kernel.js";
import type { Spec } from "./spec.js";
import { SERIES, themed } from "./theme.js";

const [PUBLISHED, PERIODIC] = SERIES as [string, string];

/** Where the sliders of kernelExplorer start. */
export interface ExplorerOptions {
  /** slots of the memory, 20 if not given */
  slots?: number;
  /** shift in slots, 7 if not given; the slider goes a whole ring to either side */
  delta?: number;
  /** focus width in slots, 1.5 if not given; the slider goes from 0.1 to 5 */
  sigma?: number;
  /** slot where the head stands before the shift, 5 if not given */
  start?: number;
}

/**
 * The Gaussian shift with sliders for delta, sigma and the slot where the head stands, computed inside Vega-Lite: the
 * published kernel (dots) and the periodic one (rings), over the relative slot and where the head lands, with the total
 * weight of each. Beyond half a ring the published kernel's total falls to 0: a dead head. A static picture shows the
 * values that the sliders start with.
 *
 * @throws UserError a start value outside its slider
 */
export function kernelExplorer(options: ExplorerOptions = {}): Spec {
  const { slots, delta, sigma, start } = withDefaults("kernelExplorer", options, {
    slots: 20,
    delta: 7,
    sigma: 1.5,
    start: 5,
  });
  if (!Number.isInteger(slots) || slots < 2)
    throw new UserError(`slots is ${show(slots)}, expected a whole number of at least 2`);
  within("delta", delta, -slots, slots);
  within("sigma", sigma, 0.1, 5);
  within("start", start, 0, slots - 1);
  return themed({
    title: {
      text: `Gaussian shift kernel, ${slots} slots`,
      subtitle:
        "published: exp(−(wrap(d) − δ)² / 2σ²) / (sum + 1e−8); periodic: the same with wrap(d − δ); dashed: before the shift",
    },
    params: [
      slider("delta", delta, -slots, slots, 0.25, "shift δ (slots) "),
      slider("sigma", sigma, 0.1, 5, 0.1, "focus width σ (slots) "),
      slider("start", start, 0, slots - 1, 1, "the head stands on slot "),
    ],
    data: { values: relativeSlots(slots).map((d) => ({ d })) },
    transform: bothKernels(slots),
    vconcat: [
      {
        width: 640,
        height: 36,
        layer: [
          total("published", "dots: published", PUBLISHED, 8),
          total("periodic", "rings: periodic", PERIODIC, 28),
        ],
      },
      {
        hconcat: [
          view("d", "relative slot", relativeSlots(slots), "0", "weight, on a square-root scale"),
          view("slot", "slot where the head lands", upTo(slots), "start", null),
        ],
        spacing: 24,
      },
    ],
    spacing: 6,
  });
}

/** Vega-Lite transforms of relative slots `d` into both kernels, their totals, and the slot where the head lands. */
function bothKernels(slots: number): Spec[] {
  const half = slots / 2;
  const wrapped = (d: string) => `((((${d} + ${half}) % ${slots}) + ${slots}) % ${slots} - ${half})`;
  const sums = (field: string, as: string) => ({
    joinaggregate: ["published", "periodic"].map((form) => ({ op: "sum", field: form + field, as: form + as })),
  });
  return [
    { calculate: `exp(-pow((${wrapped("datum.d")} - delta), 2) / (2 * pow(sigma, 2)))`, as: "publishedBell" },
    // the nearest slot's exponent goes out first, as in a softmax, so that a narrow focus doesn't underflow
    { calculate: `pow(${wrapped("(datum.d - delta)")}, 2)`, as: "square" },
    { joinaggregate: [{ op: "min", field: "square", as: "nearest" }] },
    { calculate: "exp((datum.nearest - datum.square) / (2 * pow(sigma, 2)))", as: "periodicBell" },
    sums("Bell", "Sum"),
    { calculate: `datum.publishedBell / (datum.publishedSum + ${PUBLISHED_EPSILON})`, as: "published" },
    { calculate: "datum.periodicBell / datum.periodicSum", as: "periodic" },
    { calculate: `(start + datum.d + ${slots}) % ${slots}`, as: "slot" },
    sums("", "Total"),
  ];
}

/** Both kernels over some slots. @param stood expression for the slot where the head stood */
function view(field: string, title: string, slots: readonly number[], stood: string, yTitle: string | null): Spec {
  const x = slotAxis(field, title, slots);
  const y = (form: string) => weightAxis(form, yTitle, [0, 0.01, 0.05, 0.1, 0.2, 0.5, 1]);
  const tooltip = [numeric(field, { title }), ...BOTH];
  return {
    width: 305,
    height: 230,
    layer: [
      {
        transform: [{ filter: "datum.d === 0" }, { calculate: stood, as: "at" }],
        mark: BEFORE,
        encoding: { x: { ...x, field: "at" } },
      },
      { mark: { type: "bar", width: 4, color: PUBLISHED }, encoding: { x, y: y("published") } },
      { mark: dots(60, { opacity: 1, color: PUBLISHED }), encoding: { x, y: y("published"), tooltip } },
      {
        mark: { type: "point", size: 130, strokeWidth: 2, opacity: 1, color: PERIODIC },
        encoding: { x, y: y("periodic"), tooltip },
      },
    ],
  };
}

/** A kernel's total weight as text: it stands over both charts. @param y pixels from above */
function total(form: string, name: string, color: string, y: number): Spec {
  const sum = `datum.${form}Total`;
  const line = `'${name}, total ' + format(${sum}, '.3f') + (${sum} < 0.001 ? ' (dead head)' : '')`;
  return {
    transform: [{ filter: "datum.d === 0" }, { calculate: line, as: "line" }],
    mark: { type: "text", align: "left", baseline: "middle", fontSize: 13, fontWeight: "bold", color },
    encoding: { x: { value: 0 }, y: { value: y }, text: nominal("line") },
  };
}

function slider(name: string, value: number, min: number, max: number, step: number, label: string): Spec {
  return { name, value, bind: { input: "range", min, max, step, name: label } };
}

function within(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) throw new UserError(`${name} is ${show(value)}, expected ${low} to ${high}`);
}
