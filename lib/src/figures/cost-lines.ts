import { median, summarize } from "../stats/index.js";
import type { TaskRecord } from "../study/task-schema.js";
import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import type { CostPoint } from "../training/index.js";
import { clickable, decades, dimmed, dots, layerOf, layers, nominal, numeric } from "./channels.js";
import { inOrder, modelColor, modelTitle } from "./names.js";
import { checkEntries, checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, themed } from "./theme.js";

/** What a trained model costs at one length. */
export interface LengthCost {
  model: string;
  seed: number;
  length: number;
  /** bits per sequence */
  cost: number;
}

/**
 * Cost against length, logarithmic, a line a model: how far what was learned on short sequences carries.
 *
 * @param costs one a model, seed and length
 * @param options.trained longest length of the training, marked
 * @param options.unit what a length counts; default "length"
 * @throws UserError no costs, or one that isn't finite
 */
export function costByLength(
  costs: readonly LengthCost[],
  options: { title?: string; trained?: number; unit?: string } = {},
): Spec {
  const { title, trained, unit } = withDefaults("costByLength", options, {
    title: "Cost against length",
    trained: undefined,
    unit: undefined,
  });
  checkEntries("costs", costs);
  const places = costs.map(({ model, seed, length, cost }) => ({ model, seed, at: length, cost }));
  const mark = trained === undefined ? undefined : { at: trained, label: "longest in training" };
  return costLines(places, { title, xTitle: unit === undefined ? "length" : `length (${unit})`, mark });
}

/**
 * The same of runs on the NTM paper's copy task, which train on up to 20 vectors.
 *
 * @param records evaluation runs
 * @throws UserError without records, or for a cost that can't be drawn
 */
export function copyLengths(records: readonly TaskRecord[]): Spec {
  checkRecords(records, ["name", "seed", "tests"]);
  const costs = records.flatMap(({ name, seed, tests }) =>
    tests.map(({ length, cost }) => ({ model: name, seed, length, cost })),
  );
  return costByLength(costs, { title: "NTM on the copy task, trained up to 20 vectors", trained: 20, unit: "vectors" });
}

/** The learning curve of one run, as `trainTask` returns it. */
export interface CostCurve {
  model: string;
  seed: number;
  curve: readonly CostPoint[];
  /** of a run whose cost became NaN or infinite: it is drawn up to there */
  diverged?: object | undefined;
}

/**
 * Cost while training against the sequences seen, logarithmic, a line a model. A run that was stopped early, because it
 * had learned its task, counts further on with its last cost; one that diverged doesn't. Where runs of a model report at
 * places of their own, those that all have are drawn.
 *
 * @param given curves, or the records of runs on one task
 * @param options.level a cost to compare with, e.g. that of the optimal predictor
 * @throws UserError no costs, or one that isn't finite; a seed of a model twice; records of several parts of a study
 */
export function costCurves(
  given: readonly CostCurve[] | readonly TaskRecord[],
  options: { title?: string; level?: { cost: number; label: string } } = {},
): Spec {
  checkEntries("learning curves", given);
  const runs = curvesOf(given);
  const without = runs.findIndex(({ curve }) => !Array.isArray(curve));
  if (without >= 0)
    throw new UserError(`learning curve ${without + 1} is ${show(runs[without])}, expected { model, seed, curve }`);
  const twice = runs.find(
    ({ model, seed }, i) => runs.findIndex((one) => one.model === model && one.seed === seed) < i,
  );
  if (twice)
    throw new UserError(`costCurves: ${twice.model} with seed ${twice.seed} is there twice, expected one curve a seed`);
  // where any run of a model has a point
  const reported = new Map<string, Set<number>>();
  for (const { model, curve } of runs) {
    const known = reported.get(model) ?? new Set<number>();
    for (const { sequences } of curve) known.add(sequences);
    reported.set(model, known);
  }
  const places = runs.flatMap(({ model, seed, curve, diverged }) => {
    const own = curve.map(({ sequences, cost }) => ({ model, seed, at: sequences, cost }));
    const last = own.at(-1);
    if (!last || diverged) return own;
    const later = [...reported.get(model)!].filter((at) => at > last.at).sort((a, b) => a - b);
    return [...own, ...later.map((at) => ({ ...last, at }))];
  });
  const ends = runs
    .filter(({ curve }) => curve.length > 0)
    .map(({ model, curve, diverged }) => ({ model, end: diverged ? curve.at(-1)!.sequences : Infinity }));
  // a median is of all that still run: they may report at places of their own
  const key = ({ model, at }: CostPlace) => JSON.stringify([model, at]);
  const there = new Map<string, number>();
  for (const place of places) there.set(key(place), (there.get(key(place)) ?? 0) + 1);
  const common = places.filter((place) => {
    const running = ends.filter(({ model, end }) => model === place.model && end >= place.at);
    return there.get(key(place)) === running.length;
  });
  const { title, level } = withDefaults("costCurves", options, {
    title: "Cost while training",
    level: undefined,
  });
  const broken = runs.filter(({ diverged }) => diverged).length;
  const note = broken > 0 ? `${broken} of ${runs.length} runs diverged: drawn up to there` : undefined;
  return costLines(common, { title, xTitle: "sequences seen", level, note });
}

function curvesOf(given: readonly CostCurve[] | readonly TaskRecord[]): readonly CostCurve[] {
  if (!given.some((one) => "protocol" in one)) return given as readonly CostCurve[];
  const records = given as readonly TaskRecord[];
  checkRecords(records, ["protocol", "name", "seed", "curve"]);
  const off = records.find(({ curve }) => !(curve as Partial<CostPoint>[]).every(({ cost }) => cost !== undefined));
  if (off) throw new UserError(`costCurves: ${off.name} of ${off.protocol} has no costs, expected a run on a task`);
  const parts = [...new Set(records.map(({ protocol }) => protocol))];
  if (parts.length > 1)
    throw new UserError(`costCurves: the runs are of ${parts.join(", ")}, expected those of one part`);
  return records.map(({ name, seed, curve, diverged }) => ({ model: name, seed, curve, diverged }));
}

/** A cost of one seed of a model, somewhere along the axis to the right. */
type CostPlace = Omit<LengthCost, "length"> & { at: number };

interface CostLinesOptions {
  title: string;
  xTitle: string;
  /** where something ends or begins, e.g. the longest length of the training */
  mark?: { at: number; label: string } | undefined;
  /** a cost to compare with */
  level?: { cost: number; label: string } | undefined;
  /** a line below the title */
  note?: string | undefined;
}

/** Where a logarithmic axis of costs ends: less is nothing. */
export const FLOOR = 1e-3;
/** And above: more than any guess costs is told of runs that diverged, whose cost may be float64's largest number. */
export const CEILING = 1e6;

/** Where a cost is drawn. */
export const onAxis = (cost: number): number => Math.min(Math.max(cost, FLOOR), CEILING);

/** The median cost of each model over its seeds, logarithmic, with a band from the lowest to the highest. */
function costLines(places: readonly CostPlace[], { title, xTitle, mark, level, note }: CostLinesOptions): Spec {
  if (places.length === 0) throw new UserError("no costs to draw, expected at least one");
  const bad = places.find(({ cost }) => !(cost >= 0 && Number.isFinite(cost)));
  if (bad)
    throw new UserError(
      `cost of ${bad.model} with seed ${bad.seed} at ${bad.at} is ${bad.cost}, expected a number of at least 0`,
    );
  const models = inOrder(places.map(({ model }) => model));
  const rows = models.flatMap((model) => rowsOf(places, model));
  const seeds = models.map((model) => new Set(places.filter((place) => place.model === model).map(({ seed }) => seed)));
  const most = Math.max(...seeds.map(({ size }) => size));
  const { min, max } = summarize([...places.map(({ cost }) => cost), ...(level ? [level.cost] : [])].map(onAxis));
  const from = Math.floor(Math.log10(min));
  const ticks = decades(from, Math.max(Math.ceil(Math.log10(max)), from + 1));
  // less is drawn where the axis ends, as the runs are
  const shownLevel = level && { ...level, cost: onAxis(level.cost) };
  const x = numeric("at", { title: xTitle, scale: { nice: false, zero: true } });
  const y = numeric("median", {
    title: "cost (bits per sequence)",
    scale: { type: "log", domain: [ticks[0]!, ticks.at(-1)!], nice: false },
    axis: { values: ticks, format: "~g" },
  });
  const color = modelColor(models, { orient: "bottom", symbolType: "stroke", symbolOpacity: 1 });
  const format = ".3~g";
  const tooltip = [
    nominal("model"),
    numeric("at", { title: xTitle }),
    numeric("median", { format }),
    numeric("low", { title: "lowest seed", format }),
    numeric("high", { title: "highest seed", format }),
    numeric("seeds"),
  ];
  const [words, text, cost] = [{ type: "text" }, nominal("label"), { ...y, field: "cost" }];
  const band = { x, y: { ...y, field: "low" }, y2: { field: "high" }, color, opacity: dimmed(0.15) };
  const floored = places.filter(({ cost }) => cost < FLOOR).length;
  const raised = floored > 0 ? [`${floored} of ${places.length} costs are below ${FLOOR} and drawn there`] : [];
  const cut = places.filter(({ cost }) => cost > CEILING).length;
  const lowered = cut > 0 ? [`${cut} of ${places.length} costs are above ${CEILING} and drawn there`] : [];

  const meaning = most > 1 ? `median over ${most} seeds, band from the lowest to the highest` : "one run a model";
  return themed({
    title: { text: title, subtitle: [meaning, ...(note ? [note] : []), ...raised, ...lowered] },
    data: { values: rows },
    width: 520,
    height: 300,
    layer: layers(
      mark && layerOf([mark], { type: "rule", color: INK.faint, strokeDash: [4, 4] }, { x }),
      mark && layerOf([mark], { ...words, align: "left", baseline: "top", dx: 5, dy: 4, y: 0 }, { x, text }),
      shownLevel && layerOf([shownLevel], { type: "rule", color: INK.soft, strokeDash: [2, 3] }, { y: cost }),
      shownLevel &&
        layerOf([shownLevel], { ...words, align: "right", baseline: "bottom", dy: -3, x: "width" }, { y: cost, text }),
      most > 1 && { mark: { type: "area" }, encoding: band },
      { params: [clickable("model")], mark: { type: "line" }, encoding: { x, y, color, opacity: dimmed() } },
      // of a long curve the dots would hide the line
      { mark: dots(25, { opacity: rows.length > 30 * models.length ? 0 : 1 }), encoding: { x, y, color, tooltip } },
    ),
  });
}

/** A model's median, lowest and highest cost at each place along the axis. */
function rowsOf(places: readonly CostPlace[], model: string) {
  const own = places.filter((place) => place.model === model);
  const reported = [...new Set(own.map(({ at }) => at))].sort((a, b) => a - b);
  return reported.map((at) => {
    const costs = own.filter((place) => place.at === at).map(({ cost }) => onAxis(cost));
    const { min, max } = summarize(costs);
    return { model: modelTitle(model), at, median: median(costs), low: min, high: max, seeds: costs.length };
  });
}
