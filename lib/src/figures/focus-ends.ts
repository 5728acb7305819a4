import { median } from "../stats/index.js";
import { focusVariants } from "../studies/focus.js";
import type { TaskRecord } from "../study/task-schema.js";
import { UserError } from "../support/user-error.js";
import { checkRecords } from "./runs.js";
import type { Row, Spec } from "./spec.js";
import { taskTitle } from "./task-title.js";
import { clickable, dimmed, INK, SERIES, themed } from "./theme.js";

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
 * due (read head) or none is (write head). Where it started is marked, when the variant says so.
 *
 * @param records of one task; variants whose heads have no such number, or only one of a mixture, are left out
 * @param options.variants in this order; default: those of the study of the focus
 * @returns Vega-Lite spec
 * @throws UserError when no record has the quantity
 */
export function focusEnds(
  records: readonly TaskRecord[],
  quantity: HeadQuantity,
  options: { title?: string; variants?: readonly string[] } = {},
): Spec {
  checkRecords(records, ["protocol", "name", "seed", "config", "heads"]);
  const { variants = Object.keys(focusVariants) } = options;
  const known = ["write", "read"];
  const all: Row[] = records.flatMap((record) =>
    record.heads
      .filter(({ head, parameter, due }) => known.includes(head) && parameter === quantity && due === (head === "read"))
      .map(({ head, median, low, high }) => ({
        variant: record.name,
        seed: record.seed,
        head: `${head} head`,
        value: median[0]!,
        low: low[0]!,
        high: high[0]!,
        converged: record.sequencesToConverge !== null ? "yes" : "no",
      })),
  );
  const names = variants.filter((name) => all.some(({ variant }) => variant === name));
  if (names.length === 0) throw new UserError(`no record tells ${quantity} of its heads`);
  const rows = all.filter(({ variant }) => names.includes(variant as string));
  const heads = known.filter((name) => rows.some(({ head }) => head === `${name} head`));
  const middles = names.flatMap((variant) =>
    heads.flatMap((head) => {
      const values = rows
        .filter((row) => row.variant === variant && row.head === `${head} head`)
        .map((row) => row.value as number);
      return values.length > 0 ? [{ variant, head: `${head} head`, value: median(values), seeds: values.length }] : [];
    }),
  );
  const starts = names.flatMap((variant) => {
    const start = startOf(records, variant, quantity);
    return start === undefined ? [] : heads.map((head) => ({ variant, head: `${head} head`, value: start }));
  });
  const { title, log } = AXES[quantity];
  const y = {
    field: "variant",
    type: "nominal",
    title: null,
    scale: { domain: names },
    axis: { labelFontSize: 12, grid: true },
  };
  const x = {
    field: "value",
    type: "quantitative",
    title,
    scale: log ? { type: "log", nice: true } : { type: "linear", zero: false, nice: true },
    axis: { grid: true, tickCount: 5, ...(log ? { format: "~g" } : {}) },
  };
  const panel = (head: string, first: boolean): Spec => {
    const of = (all: readonly Row[]) => all.filter((row) => row.head === `${head} head`);
    const number = { type: "quantitative", format: ".3~g" };
    const place = { x, y: first ? y : { ...y, axis: { labels: false, ticks: false, domain: false, grid: true } } };
    return {
      title: { text: `${head} head`, fontSize: 13, anchor: "middle", offset: 6 },
      width: 260,
      height: { step: 20 },
      layer: [
        {
          data: { values: of(starts) },
          mark: {
            type: "point",
            shape: "diamond",
            size: 70,
            filled: false,
            color: INK.strong,
            strokeWidth: 1.5,
            opacity: 1,
          },
          encoding: {
            ...place,
            tooltip: [
              { field: "variant", type: "nominal" },
              { field: "value", title: "started at", ...number },
            ],
          },
        },
        {
          data: { values: of(rows) },
          ...(first ? { params: [clickable("converged")] } : {}),
          mark: { type: "point", filled: true, size: 32 },
          encoding: {
            ...place,
            opacity: dimmed(0.6),
            color: {
              field: "converged",
              type: "nominal",
              title: "converged",
              scale: { domain: ["yes", "no"], range: [SERIES[0], SERIES[1]] },
              legend: { orient: "bottom", symbolOpacity: 1 },
            },
            tooltip: [
              { field: "variant", type: "nominal" },
              { field: "seed", type: "quantitative" },
              { field: "value", title: "median over steps", ...number },
              { field: "low", title: "10 % below", ...number },
              { field: "high", title: "10 % above", ...number },
            ],
          },
        },
        {
          data: { values: of(middles) },
          mark: { type: "point", shape: "M0,-1V1", size: 150, strokeWidth: 2, color: INK.strong, opacity: 1 },
          encoding: {
            ...place,
            tooltip: [
              { field: "variant", type: "nominal" },
              { field: "value", title: "median over seeds", ...number },
              { field: "seeds", type: "quantitative" },
            ],
          },
        },
      ],
    };
  };
  return themed({
    title: {
      text: options.title ?? titleOf(records, quantity),
      subtitle: "a dot a seed, bar: their median; diamond: where it started",
    },
    spacing: 14,
    hconcat: heads.map((head, i) => panel(head, i === 0)),
    resolve: { scale: { x: "shared", color: "shared" } },
  });
}

/** "Jump recall: where sigma ends up" */
function titleOf(records: readonly TaskRecord[], quantity: HeadQuantity): string {
  const task = taskTitle(records[0]!.protocol);
  return `${task.charAt(0).toUpperCase()}${task.slice(1)}: where ${quantity} ends up`;
}

function startOf(records: readonly TaskRecord[], variant: string, quantity: HeadQuantity): number | undefined {
  const model = records.find(({ name }) => name === variant)?.config.model;
  if (model?.kind !== "ntm" || !("kind" in model.shift) || model.shift.kind !== "gaussian") return undefined;
  const { sigmaInit, deltaInit } = model.shift as { sigmaInit?: number; deltaInit?: number };
  return quantity === "sigma" ? sigmaInit : quantity === "delta" ? deltaInit : undefined;
}
