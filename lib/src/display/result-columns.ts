import { modelTitle } from "../figures/index.js";
import { taskTitles } from "../figures/names.js";
import type { FrameLike } from "../figures/spec.js";
import type { ReproductionCheck } from "../study/index.js";
import type { ColumnFormat } from "./table.js";

const percent = (title: string, digits = 1): ColumnFormat => ({ title, digits, percent: true });
/** Of differences between per cents, and of their spread. */
const points = (title: string, digits = 1): ColumnFormat => ({ ...percent(title, digits), unit: "points" });

const title = (name: unknown) => modelTitle(String(name));
/** A column of parts, by their names in its rows. */
function partColumn(names: readonly unknown[]): ColumnFormat {
  const titleOf = taskTitles(names.map(String));
  return { title: "part", text: (name) => titleOf(String(name)) };
}
/** Three significant digits: what spans orders of magnitude, such as costs. */
const threeDigits = (name: string): ColumnFormat => ({
  title: name,
  text: (cost) => Number(Number(cost).toPrecision(3)).toString(),
});
const yesNo = (name: string): ColumnFormat => ({ title: name, text: (yes) => (yes ? "yes" : "no") });
const pValue = (name: string): ColumnFormat => ({
  title: name,
  text: (p) => (Number(p) < 0.001 ? "<\u00a00.001" : Number(p).toFixed(3)),
});

/** The columns of a table that are there, each as `showTable` shows it. */
const fitting = (all: Record<string, ColumnFormat>) => (table: FrameLike) => {
  const rows = table.head(table.height).toRecords() as { part?: unknown }[];
  const shown = { ...all, part: partColumn(rows.map(({ part }) => part)) };
  return Object.fromEntries(Object.entries(shown).filter(([name]) => table.columns.includes(name)));
};

// what fits a laptop's screen: the data frames have more columns, and so have the files that `dms-ntm results` writes
const accuracyColumns = fitting({
  part: {},
  model: { text: title },
  learningRate: threeDigits("learning rate"),
  seeds: {},
  diverged: {},
  mean: percent("mean test accuracy"),
  low: { ...percent("mean, 95 %"), to: "high" },
  sd: points("sd between seeds"),
  atBestValidation: percent("mean at best validation"),
  published: percent("published", 2),
  singleLow: { ...percent("single run, 95 %"), to: "singleHigh" },
  plausible: yesNo("published plausible"),
});

const costColumns = fitting({
  part: {},
  model: { text: title },
  seeds: {},
  converged: { title: "learned it" },
  shareLow: { ...percent("share, 95 %", 0), to: "shareHigh" },
  sequences: { title: "sequences until then, median", digits: 0 },
  length: {},
  cost: threeDigits("bits per sequence, median"),
  low: { ...threeDigits("cost, 95 %"), to: "high" },
  wrong: percent("wrong answers"),
  perfect: percent("perfect"),
});

/** How `showTable` shows the table of a study's models: which columns, in which order, with which unit. */
export const summaryColumns = (table: FrameLike): Record<string, ColumnFormat> =>
  (table.columns.includes("cost") ? costColumns : accuracyColumns)(table);

// the answer first: what doesn't fit a line is left out from the right
const judgedColumns = {
  family: { title: "question" },
  part: {},
  length: {},
  model: { text: title },
  against: { text: title },
  outcome: {},
  corrected: pValue("p, corrected"),
  p: pValue("p, exact"),
};
const pairedColumns = fitting({
  ...judgedColumns,
  mean: points("mean difference", 2),
  low: { ...points("95 %", 2), to: "high" },
  t: pValue("p, paired t"),
  seeds: {},
});
const rankedColumns = fitting({
  ...judgedColumns,
  better: percent("a run does better in", 0),
  low: { ...percent("95 % interval", 0), to: "high" },
  seeds: {},
});

/** The same for `comparisonTable`. */
export const comparisonColumns = (table: FrameLike): Record<string, ColumnFormat> =>
  (table.columns.includes("better") ? rankedColumns : pairedColumns)(table);

/** How `showTable` shows the checks of a reproduction. @internal */
export function checkColumns(checks: readonly ReproductionCheck[]): Record<string, ColumnFormat> {
  const ofCosts = checks.some(({ p }) => p !== null);
  const value = (name: string) => (ofCosts ? threeDigits(`${name} (bits, median)`) : percent(name, 2));
  return {
    part: partColumn(checks.map((check) => check.part)),
    model: { text: title },
    against: { title: "compared with" },
    seeds: {},
    expected: value("expected"),
    got: value("here"),
    ...(ofCosts ? { p: pValue("p, rank sums") } : { tolerance: points("tolerance", 2) }),
    inside: yesNo("inside"),
  };
}
