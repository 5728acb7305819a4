import type { AddressingWalk, HeadStep } from "../../models/index.js";
import { UserError } from "../../support/user-error.js";
import type { Row } from "../spec.js";
import { modelTitle } from "../theme.js";
import { LEVELS } from "./transforms.js";

/** Memory models' ways through the same samples, by the names of the models. */
export type Walks = Readonly<Record<string, readonly AddressingWalk[]>>;

/** The figure's data sets, kept small: lists are text (see `LEVELS`), and become rows only where they are drawn. */
export interface WalkRows {
  /** a row a sample and step */
  signals: Row[];
  /** a row a model (its title), sample, step and head, its weights as a list [slots] */
  heads: Row[];
  /**
   * a row a model, sample and step, with the probabilities as a list [classes], and the memory as one [slots * width]
   * in units of `most`, the largest absolute value that the model's memory has anywhere
   */
  states: Row[];
}

/** Four digits are more than a picture shows. */
const short = (value: number) => Number(value.toPrecision(4));

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

/** @throws UserError when the models' samples differ, or there are none */
export function walkRows(walks: Walks): WalkRows {
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
  const each = <T>(row: (walk: AddressingWalk, step: number, model: string, list: readonly AddressingWalk[]) => T) =>
    Object.entries(walks).flatMap(([model, list]) =>
      list.flatMap((walk) => walk.steps.map((_, step) => row(walk, step, modelTitle(model), list))),
    );
  const most = new Map(Object.values(walks).map((list) => [list, largestValue(list)]));
  return {
    signals: first[1].flatMap(({ sample, steps }) =>
      steps.map(({ input }, step) => ({ sample, step, value: short(input[0]!) })),
    ),
    heads: each(({ sample, steps }, step, model) =>
      steps[step]!.heads.map((head) => ({ model, sample, step, ...headRow(head) })),
    ).flat(),
    states: each(({ sample, label, steps }, step, model, list) => {
      const { memory, probabilities } = steps[step]!;
      const unit = most.get(list)!;
      const lists = { memory: packed(memory.flat(), unit), probabilities: packed(probabilities) };
      return { model, sample, label, step, width: memory[0]!.length, most: short(unit), ...lists };
    }),
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

function headRow({ head, gate, strength, shift, focus, sharpening, weights }: HeadStep): Row {
  const numbers = { gate, strength, shift, focus, low: shift - focus, high: shift + focus, sharpening };
  const row = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, short(value)]));
  return { head, ...row, weights: packed(weights) };
}
