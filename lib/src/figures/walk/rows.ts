import type { AddressingWalk, HeadStep } from "../../models/index.js";
import { UserError } from "../../support/user-error.js";
import { numeric } from "../channels.js";
import { modelTitle } from "../names.js";
import type { Spec } from "../spec.js";
import { PALE_TO_DARK } from "../theme.js";

/** Memory models' ways through the same samples, by the names of the models. */
export type Walks = Readonly<Record<string, readonly AddressingWalk[]>>;

/** Four digits are more than a picture shows. */
const short = (value: number) => Number(value.toPrecision(4));

/** Numbers of a list, from -1 to 1, are two digits each to the base of 36: this many levels either side of 0. */
const LEVELS = 647;

/** A list as text, `unit` being the largest size of a value. @throws UserError for a value that no picture can show */
function packed(values: readonly number[], unit = 1): string {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined)
    throw new UserError(`a walk has the value ${bad}, expected finite numbers: did its training diverge?`);
  return values
    .map((value) =>
      Math.round(LEVELS * (1 + value / unit) + 1)
        .toString(36)
        .padStart(2, "0"),
    )
    .join("");
}

/**
 * Vega-Lite transforms that make a row of each of a list's values, `as`, with its `index` among those of equal
 * `groupby`.
 */
export function unpacked(list: string, as: string, ...groupby: string[]): Spec[] {
  return [
    { calculate: `split(replace(datum.${list}, regexp('..(?=.)', 'g'), '$& '), ' ')`, as: list },
    { flatten: [list], as: ["text"] },
    { calculate: `(parseInt(datum.text, 36) - 1) / ${LEVELS} - 1`, as },
    { window: [{ op: "row_number", as: "count" }], ...(groupby.length > 0 ? { groupby } : {}) },
    { calculate: "datum.count - 1", as: "index" },
  ];
}

/** Vega-Lite transforms that give both edges of a cell around a whole number, `<as>From` and `<as>To`. */
export function edges(field: string, as: string): Spec[] {
  return [
    { calculate: `datum.${field} - 0.5`, as: `${as}From` },
    { calculate: `datum.${field} + 0.5`, as: `${as}To` },
  ];
}

/** The colour of a weight, pale to dark on a square-root scale. @param most weight of the darkest */
export function weightColor(most: number, legend: Spec | null = null) {
  const scale = { type: "sqrt", domain: [0, most / 4, most], range: PALE_TO_DARK, clamp: true };
  return numeric("weight", { title: "weight", scale, legend });
}

/**
 * The figures' data sets, kept small: lists are text (see `LEVELS`), and become rows only where they are drawn.
 *
 * @returns `signals`: a row a sample and step; `heads`: a row a model (its title), sample, step and head, its weights
 *   as a list [slots]; `states`: a row a model, sample and step, with the probabilities as a list [classes], and the
 *   memory as one [slots * width] in units of `most`, the largest absolute value that the model's memory has anywhere
 * @throws UserError when the models' samples differ, or there are none
 */
export function walkRows(walks: Walks) {
  const [first, ...others] = Object.entries(walks);
  if (!first || first[1].length === 0)
    throw new UserError("no walks to draw, expected those of at least one model and sample");
  const samplesOf = (list: readonly AddressingWalk[]) =>
    list.map(({ sample, steps }) => `${sample} of ${steps.length} steps`);
  for (const [name, list] of others) {
    const [a, b] = [samplesOf(first[1]), samplesOf(list)].map((samples) => samples.join(", "));
    if (a !== b)
      throw new UserError(`${first[0]} walked through the samples ${a}, ${name} through ${b}: give the same to all`);
  }
  const all = Object.entries(walks).flatMap(([name, list]) => {
    const unit = largestValue(list);
    const model = modelTitle(name);
    return list.flatMap(({ sample, label, steps }) =>
      steps.map((own, step) => ({ ...own, model, sample, label, step, unit })),
    );
  });
  return {
    signals: first[1].flatMap(({ sample, steps }) =>
      steps.map(({ input }, step) => ({ sample, step, value: short(input[0]!) })),
    ),
    heads: all.flatMap(({ model, sample, step, heads }) =>
      heads.map((head) => ({ model, sample, step, ...headRow(head) })),
    ),
    states: all.map(({ model, sample, label, step, memory, unit, probabilities }) => ({
      ...{ model, sample, label, step, width: memory[0]!.length, most: short(unit) },
      memory: packed(memory.flat(), unit),
      probabilities: packed(probabilities),
    })),
  };
}

/** The largest weight that any head gives to a slot: the end of a colour scale. */
export function largestWeight(list: readonly AddressingWalk[]): number {
  const each = list.flatMap(({ steps }) =>
    steps.flatMap(({ heads }) => heads.map(({ weights }) => Math.max(...weights))),
  );
  return each.reduce((a, b) => Math.max(a, b), 0) || 1;
}

/** A memory of nothing but zeros counts as 1, so that it can be divided by. */
function largestValue(list: readonly AddressingWalk[]): number {
  const values = list.flatMap(({ steps }) => steps.flatMap(({ memory }) => memory.flat()));
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
}

function headRow({ head, gate, strength, shift, focus, sharpening, weights }: HeadStep) {
  const numbers = { gate, strength, shift, focus, low: shift - focus, high: shift + focus, sharpening };
  const row = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, short(value)]));
  return { head, ...row, weights: packed(weights) };
}
