import { modelTitle } from "../figures/index.js";
import type { ColumnFormat } from "./table.js";

const percent = (title: string, digits = 1): ColumnFormat => ({ title, digits, percent: true });

/** How `showTable` shows the result table: which columns, in which order, with which unit. */
export const resultColumns: Record<string, ColumnFormat> = {
  model: { text: (name) => modelTitle(String(name)) },
  parameters: {},
  seeds: {},
  mean: percent("mean test accuracy"),
  sd: percent("sd between seeds"),
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
  tolerance: percent("tolerance", 2),
  inside: { title: "inside", text: (yes) => (yes ? "yes" : "no") },
};
