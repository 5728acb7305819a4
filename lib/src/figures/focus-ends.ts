import type { GaussianOptions } from "../memory/index.js";
import { FLOOR } from "../memory/shift/shift.js";
import { median } from "../stats/index.js";
import { focusVariants } from "../studies/focus.js";
import type { TaskRecord } from "../study/task-schema.js";
import { withDefaults } from "../support/options.js";
import { checkNames, UserError } from "../support/user-error.js";
import { clickable, dimmed, dots, layerOf, nominal, numeric } from "./channels.js";
import { taskTitle } from "./names.js";
import { checkRecords } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, SERIES, themed } from "./theme.js";

/** What of a head is drawn, with its axis. */
export type HeadQuantity = "sigma" | "delta" | "spread" | "gate";

const AXES: Record<HeadQuantity, { title: string; log: boolean }> = {
  sigma: { title: "focus width sigma (slots)", log: true },
  delta: { title: "shift delta (slots)", log: false },
  spread: { title: "slots that the weighting spreads over", log: true },
  gate: { title: "interpolation gate g (0: moves on, 1: looks up)", log: false },
};

/**
 * What the heads of trained models say, variant by variant: a dot a seed, the median over the steps where an answer is
 * due (read head) or none is (write head). Where it started is marked, but of a width that is fixed or annealed.
 *
 * @param records of one task; variants whose heads have no such number, or only one of a mixture, are left out
 * @param options.variants in this order; default: those of the study of the focus
 * @throws UserError for another quantity, or one that no record has
 */
export function focusEnds(
  records: readonly TaskRecord[],
  quantity: HeadQuantity,
  options: { title?: string; variants?: readonly string[] } = {},
): Spec {
  checkRecords(records, ["protocol", "name", "seed", "config", "heads"]);
  const { title, variants } = withDefaults("focusEnds", options, {
    title: undefined,
    variants: Object.keys(focusVariants),
  });
  checkNames("quantity", [quantity], Object.keys(AXES));
  const all = records.flatMap((record) => seedRows(record, quantity));
  const names = variants.filter((name) => all.some(({ variant }) => variant === name));
  if (names.length === 0) throw new UserError(`no record tells ${quantity} of its heads`);
  const seeds = all.filter(({ variant }) => names.includes(variant));
  const without = variants.filter(
    (variant) => !names.includes(variant) && records.some(({ name }) => name === variant),
  );
  const heads = ["write head", "read head"].filter((name) => seeds.some(({ head }) => head === name));
  const started = heads.map((head) =>
    names.flatMap((variant) => {
      const value = startOf(records, variant, quantity, head === "read head" ? "read" : "write");
      return value === undefined ? [] : [{ variant, value }];
    }),
  );
  const panels = heads.map((head, i) => {
    const own = seeds.filter((row) => row.head === head);
    const middles = names.flatMap((variant) => {
      const values = own.filter((row) => row.variant === variant).map(({ value }) => value);
      return values.length > 0 ? [{ variant, head, value: median(values), seeds: values.length }] : [];
    });
    return panel(head, { names, starts: started[i]!, seeds: own, middles }, quantity, i === 0);
  });
  return themed({
    title: {
      text: title ?? titleOf(records, quantity),
      subtitle: [
        "a dot a seed, bar: their median",
        ...(started.flat().length > 0 ? ["diamond: where it started"] : []),
        ...(without.length > 0 ? [`not drawn, without one ${quantity}: ${without.join(", ")}`] : []),
      ].join("; "),
    },
    spacing: 14,
    hconcat: panels,
    resolve: { scale: { x: "shared", color: "shared" } },
  });
}

interface PanelRows {
  /** of the variants, from above */
  names: readonly string[];
  starts: object[];
  seeds: object[];
  middles: object[];
}

/** @param first whether it stands at the left, with the variants' names, and has the legend to click */
function panel(
  head: string,
  { names, starts, seeds, middles }: PanelRows,
  quantity: HeadQuantity,
  first: boolean,
): Spec {
  const { title, log } = AXES[quantity];
  const y = nominal("variant", {
    title: null,
    scale: { domain: names },
    axis: first ? { labelFontSize: 12, grid: true } : { labels: false, ticks: false, domain: false, grid: true },
  });
  const x = numeric("value", {
    title,
    scale: log ? { type: "log", nice: true } : { type: "linear", zero: false, nice: true },
    axis: { grid: true, tickCount: 5, format: log ? "~g" : undefined },
  });
  const color = nominal("converged", {
    title: "learned the task",
    scale: { domain: ["yes", "no"], range: [SERIES[0], SERIES[1]] },
    legend: { orient: "bottom", symbolOpacity: 1 },
  });
  const mark = { type: "point", color: INK.strong, opacity: 1 };
  const number = (field: string, title: string) => numeric(field, { title, format: ".3~g" });
  const told = [
    nominal("variant"),
    numeric("seed"),
    number("value", "median over steps"),
    number("low", "10 % below"),
    number("high", "10 % above"),
  ];
  return {
    title: { text: head, fontSize: 13, anchor: "middle", offset: 6 },
    width: 260,
    height: { step: 20 },
    layer: [
      ...(starts.length === 0
        ? []
        : [
            layerOf(
              starts,
              { ...mark, shape: "diamond", size: 70, filled: false, strokeWidth: 1.5 },
              { x, y, tooltip: [nominal("variant"), number("value", "started at")] },
            ),
          ]),
      {
        ...layerOf(seeds, dots(32), { x, y, opacity: dimmed(0.6), color, tooltip: told }),
        params: first ? [clickable("converged")] : undefined,
      },
      layerOf(
        middles,
        { ...mark, shape: "M0,-1V1", size: 150, strokeWidth: 2 },
        { x, y, tooltip: [nominal("variant"), number("value", "median over seeds"), numeric("seeds")] },
      ),
    ],
  };
}

/** A row a head: of the read head where an answer is due, of the write head where none is. */
function seedRows({ name, seed, heads, sequencesToConverge }: TaskRecord, quantity: HeadQuantity) {
  const wanted = heads.filter(
    ({ head, parameter, due }) => parameter === quantity && (due ? head === "read" : head === "write"),
  );
  return wanted.map(({ head, median, low, high }) => ({
    variant: name,
    seed,
    head: `${head} head`,
    value: median[0]!,
    low: low[0]!,
    high: high[0]!,
    converged: sequencesToConverge !== null ? "yes" : "no",
  }));
}

/** "Jump recall: where sigma ends up" */
function titleOf(records: readonly TaskRecord[], quantity: HeadQuantity): string {
  const task = taskTitle(records[0]!.protocol);
  return `${task.charAt(0).toUpperCase()}${task.slice(1)}: where ${quantity} ends up`;
}

function startOf(
  records: readonly TaskRecord[],
  variant: string,
  quantity: HeadQuantity,
  head: "read" | "write",
): number | undefined {
  const model = records.find(({ name }) => name === variant)?.config.model;
  if (model?.kind !== "ntm") return undefined;
  const own = "kind" in model.shift ? model.shift : [model.shift[head]].flat()[0]!;
  if (own.kind !== "gaussian") return undefined;
  const { sigma, anneal, sigmaFloor = FLOOR, ...shift }: GaussianOptions = own;
  // where none is set, the head's own start near 0 decides
  const { sigmaInit = Math.LN2 + sigmaFloor, deltaInit = 0 } = shift;
  if (quantity === "delta") return deltaInit;
  return quantity === "sigma" && sigma !== "fixed" && !anneal ? sigmaInit : undefined;
}
