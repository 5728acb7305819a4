import { modelTitle, taskTitle } from "../figures/index.js";
import type { ColumnFormat } from "./table.js";

const percent = (title: string, digits = 1): ColumnFormat => ({ title, digits, percent: true });
/** Of differences between per cents, and of their spread. */
const points = (title: string, digits = 1): ColumnFormat => ({ ...percent(title, digits), unit: "points" });

/** How `showTable` shows the result table: which columns, in which order, with which unit. */
export const resultColumns: Record<string, ColumnFormat> = {
  model: { text: (name) => modelTitle(String(name)) },
  parameters: {},
  seeds: {},
  mean: percent("mean test accuracy"),
  sd: points("sd between seeds"),
  min: percent("lowest"),
  max: percent("highest"),
  published: percent("published", 2),
  low: percent("95 % of single runs: from"),
  high: percent("to"),
  plausible: { title: "published plausible", text: (yes) => (yes ? "yes" : "no") },
};

/** How `showTable` shows the checks of a reproduction. */
export const checkColumns: Record<string, ColumnFormat> = {
  model: { text: (name) => modelTitle(String(name)) },
  against: { title: "compared with" },
  seeds: {},
  expected: percent("expected", 2),
  got: percent("here", 2),
  tolerance: points("tolerance", 2),
  inside: { title: "inside", text: (yes) => (yes ? "yes" : "no") },
};

const title = { text: (name: unknown) => modelTitle(String(name)) };

/** The same for `summaryTable`. */
export const summaryColumns: Record<string, ColumnFormat> = {
  model: title,
  parameters: {},
  learningRate: { title: "learning rate", digits: 4 },
  seeds: {},
  diverged: {},
  mean: percent("mean test accuracy"),
  low: percent("95 % over seeds: from"),
  high: percent("to"),
  sd: points("sd between seeds"),
  testLow: percent("95 % by test set: from"),
  testHigh: percent("to"),
  atBestValidation: percent("mean at best validation"),
};

const pValue = (name: string): ColumnFormat => ({
  title: name,
  text: (p) => (Number(p) < 0.001 ? "< 0.001" : Number(p).toFixed(3)),
});

/** The same for `comparisonTable`. */
export const comparisonColumns: Record<string, ColumnFormat> = {
  model: title,
  against: title,
  seeds: {},
  mean: points("mean difference", 2),
  low: points("95 %: from", 2),
  high: points("to", 2),
  sd: points("sd of differences"),
  t: pValue("p, paired t"),
  signFlip: pValue("p, sign flips"),
  corrected: pValue("p, corrected"),
  real: { text: (yes) => (yes ? "yes" : "no") },
};

const task = { title: "task", text: (protocol: unknown) => taskTitle(String(protocol)) };
const bits = (title: string): ColumnFormat => ({ title, text: (cost) => Number(Number(cost).toPrecision(3)).toString() });

/** The same for `taskSummaryTable`. */
export const taskColumns: Record<string, ColumnFormat> = {
  protocol: task,
  model: title,
  parameters: {},
  learningRate: { title: "learning rate", digits: 4 },
  seeds: {},
  converged: {},
  shareLow: percent("95 % of the share: from", 0),
  shareHigh: percent("to", 0),
  sequences: { title: "sequences until then, median", digits: 0 },
  length: {},
  cost: bits("bits per sequence, median"),
  low: bits("95 %: from"),
  high: bits("to"),
  optimal: bits("optimal"),
  guess: bits("guessing"),
  wrong: percent("wrong answers"),
  perfect: percent("perfect sequences"),
};

/** The same for `taskComparisonTable`. */
export const taskComparisonColumns: Record<string, ColumnFormat> = {
  protocol: task,
  length: {},
  model: title,
  against: title,
  seeds: {},
  below: percent("a run costs less in", 0),
  p: pValue("p, rank sums"),
  corrected: pValue("p, corrected"),
  outcome: {},
};

/** The same for the checks of a reproduction on tasks. */
export const taskCheckColumns: Record<string, ColumnFormat> = {
  protocol: task,
  model: title,
  seeds: {},
  expected: bits("expected (bits, median)"),
  got: bits("here"),
  p: pValue("p, rank sums"),
  inside: { title: "inside", text: (yes) => (yes ? "yes" : "no") },
};
