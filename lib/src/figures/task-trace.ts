import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { numeric, ordinal, sparseLabels, upTo } from "./channels.js";
import { headsInOrder } from "./names.js";
import { isObject, type Spec } from "./spec.js";
import { INK, themed } from "./theme.js";
import type { HeadWeight } from "./weights-heatmap.js";

/** What a model did with one sequence of a task. */
export interface TaskTrace {
  task: string;
  length: number;
  /** [steps][inputs] */
  inputs: number[][];
  /** [steps][outputs]; null where no answer is due */
  targets: (number[] | null)[];
  /** probabilities, [steps][outputs] */
  outputs: number[][];
  /** where the heads stood; none for a model without a memory */
  heads: HeadWeight[];
}

/** Values below it stay white, and take no room in the file. */
const FAINT = 0.02;
/** Slots on which no head ever has more lie outside of the arc that is drawn. */
const NOTED = 0.05;
/** Pixels that a letter of a panel's title takes, on the average. */
const TITLE_LETTER = 7;
/** Inputs below 0, nothing, up to 1 and above. */
const SIGNED = { domain: [-1, 0, 1], range: ["#d55e00", "#ffffff", "#08306b"], clamp: true, interpolate: "rgb" };
const SHARE = { domain: [0, 0.5, 1], range: ["#ffffff", "#4f94cd", "#08306b"], clamp: true, interpolate: "rgb" };

/**
 * A sequence as a memory model works on it, as in Graves et al. 2014, figure 6: inputs, what is due, what the model
 * answers, then where it writes and where it reads, step by step. Of the ring of slots only the arc is drawn that some
 * head used.
 *
 * @throws UserError no steps, parts of different lengths, a value that is NaN or infinite
 */
export function taskTrace(trace: TaskTrace, options: { title?: string } = {}): Spec {
  checkParts(trace);
  const steps = trace.inputs.length;
  if (steps === 0) throw new UserError("task trace has no steps, expected at least one");
  if (trace.targets.length !== steps || trace.outputs.length !== steps) {
    throw new UserError(
      `task trace has ${steps} inputs, ${trace.targets.length} targets and ${trace.outputs.length} outputs, expected as many`,
    );
  }
  checkFinite(trace);
  const arc = usedSlots(trace.heads);
  const heads = headsInOrder(trace.heads.map(({ head }) => head));
  const due = trace.outputs.map((row, step) => (trace.targets[step] ? row : null));
  const slots = { sort: null, axis: { values: thinned(arc), ticks: false, domain: false } };
  const panels = [
    channels("inputs", trace.inputs, SIGNED),
    channels("targets", trace.targets, SHARE),
    channels("outputs", due, SHARE),
    ...heads.map((head) => {
      // a place that isn't on the axis would be drawn on its first one
      const drawn = trace.heads.filter((row) => row.head === head && row.weight >= FAINT && arc.includes(row.slot));
      const rows = drawn.map(({ step, slot, weight }) => ({ step, place: slot, value: weight }));
      return { name: `${head}: slot`, rows, places: arc, scale: SHARE, y: slots };
    }),
  ];
  const { title } = withDefaults("taskTrace", options, { title: `${trace.task}, length ${trace.length}` });
  return themed({
    title: {
      text: title,
      subtitle: [
        "where the heads stand while the sequence is read and answered, dark: all weight",
        ...slotAxis(arc, trace.heads),
      ],
    },
    spacing: 8,
    vconcat: panels.map((panel, i) => drawnPanel(panel, steps, i === panels.length - 1)),
    resolve: { scale: { color: "independent" } },
  });
}

/** A heat map of values over steps and places: channels, or slots. */
interface Panel {
  name: string;
  rows: { step: number; place: number; value: number }[];
  /** from above */
  places: readonly number[];
  /** of the colours */
  scale: Spec;
  /** how the places are shown */
  y: Spec;
}

/** A panel of inputs or answers, a row a channel; null where none is due. */
function channels(name: string, values: (readonly number[] | null)[], scale: Spec): Panel {
  const count = values.reduce((most, row) => Math.max(most, row?.length ?? 0), 1);
  const rows = values.flatMap((row, step) =>
    (row ?? []).flatMap((value, place) => (Math.abs(value) < FAINT ? [] : [{ step, place, value }])),
  );
  return { name, rows, places: upTo(count), scale, y: { axis: { labels: false, ticks: false, domain: false } } };
}

/** @param last whether the axis of steps stands below it */
function drawnPanel({ name, rows, places, scale, y }: Panel, steps: number, last: boolean): Spec {
  const axis = { ...sparseLabels(steps, 12), labelOverlap: false, ticks: false, domain: false, title: "step" };
  const fitting = Math.max(2, Math.min(8, Math.floor(230 / places.length)));
  return {
    data: { values: rows },
    width: { step: Math.max(2, Math.min(14, Math.floor(600 / steps))) },
    // few places are high enough for the panel to hold its title
    height: { step: Math.max(fitting, Math.ceil((TITLE_LETTER * name.length) / places.length)) },
    // the panel's own frame: most of it is white
    view: { stroke: INK.faint },
    mark: { type: "rect" },
    encoding: {
      x: ordinal("step", { scale: { domain: upTo(steps) }, axis: last ? axis : null }),
      y: ordinal("place", { title: name, scale: { domain: places }, ...y }),
      color: numeric("value", { scale, legend: null }),
      tooltip: [numeric("step"), numeric("place", { title: name }), numeric("value", { format: ".3f" })],
    },
  };
}

function checkParts(trace: unknown): void {
  const expected = "expected what traceTask gives";
  if (!isObject(trace)) throw new UserError(`task trace is ${show(trace)}, ${expected}`);
  for (const part of ["inputs", "targets", "outputs", "heads"])
    if (!Array.isArray(trace[part])) throw new UserError(`task trace: ${part} is ${show(trace[part])}, ${expected}`);
}

/** What isn't drawn, since it is faint or no answer is due, must be a number too. */
function checkFinite({ inputs, targets, outputs, heads }: TaskTrace): void {
  for (const [what, values] of Object.entries({ input: inputs, target: targets, output: outputs })) {
    values.forEach((row, step) => {
      const place = (row ?? []).findIndex((value) => !Number.isFinite(value));
      if (place >= 0)
        throw new UserError(`${what} ${place} is ${show(row![place])} at step ${step}, expected a finite number`);
    });
  }
  const bad = heads.find(({ weight }) => !Number.isFinite(weight));
  if (bad) {
    const { head, step, slot, weight } = bad;
    throw new UserError(
      `weight of the ${head} head is ${show(weight)} at step ${step}, slot ${slot}, expected a finite number`,
    );
  }
}

const NONE_BEYOND = `no head has ${100 * NOTED} % of its weight on one of the others`;

/** What there is to say of a slot axis that doesn't go from 0 to the last slot. */
function slotAxis(arc: readonly number[], heads: readonly HeadWeight[]): string[] {
  const [count, first, last] = [slotCount(heads), arc[0], arc.at(-1)];
  if (count === 0 || (arc.length === count && first === 0)) return [];
  const span = (from: number, to: number) => (from === to ? `slot ${from}` : `slots ${from} to ${to}`);
  const end = last === 0 ? "0" : `0 to ${last}`;
  if (first! <= last!) return [`${span(first!, last!)} of 0 to ${count - 1}: ${NONE_BEYOND}`];
  const rest = arc.length < count ? `; ${NONE_BEYOND}` : "";
  return [`the slot axis is turned: ${span(first!, count - 1)}, then ${end}${rest}`];
}

const slotCount = (heads: readonly HeadWeight[]): number =>
  heads.reduce((most, { slot }) => Math.max(most, slot + 1), 0);

/** The slots on which a head ever had a weight of `NOTED`, and those between, in the order of the ring. */
function usedSlots(heads: readonly HeadWeight[]): number[] {
  const count = slotCount(heads);
  const used = [...new Set(heads.filter(({ weight }) => weight >= NOTED).map(({ slot }) => slot))].sort(
    (a, b) => a - b,
  );
  if (used.length === 0) return upTo(count);
  // the longest way round the ring without a used slot is left out
  const gaps = used.map((slot, i) => ({ from: slot, to: used[i + 1] ?? used[0]! + count }));
  // of gaps of the same width the last, so that an axis isn't turned without need
  const widest = gaps.reduce((a, b) => (b.to - b.from >= a.to - a.from ? b : a));
  const length = count - (widest.to - widest.from) + 1;
  return Array.from({ length }, (_, i) => (widest.to + i) % count);
}

/** About five of the slots, evenly spaced. */
function thinned(slots: readonly number[]): number[] {
  const every = Math.max(1, Math.ceil(slots.length / 5));
  return slots.filter((_, i) => i % every === 0);
}
