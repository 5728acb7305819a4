import { withDefaults } from "../support/options.js";
import { UserError } from "../support/user-error.js";
import { clickable, dimmed, nominal, numeric, ordinal, sparseLabels, upTo } from "./channels.js";
import { headsInOrder } from "./names.js";
import { checkEntries } from "./runs.js";
import type { Spec } from "./spec.js";
import { INK, SERIES, themed } from "./theme.js";

/** What a mixture of shifts gives one of its components at one step. */
export interface ShiftShare {
  step: number;
  /** "read", "write", ... */
  head: string;
  /** e.g. "gaussian", "discrete" */
  component: string;
  share: number;
}

/**
 * How a head shares out its moves among the components of a mixture, step by step: stacked areas, a row a head.
 *
 * @param shares of one sequence
 * @param options.due steps at which an answer is due, marked below
 * @throws UserError without shares
 */
export function shiftShares(
  shares: readonly ShiftShare[],
  options: { title?: string; due?: readonly number[] } = {},
): Spec {
  checkEntries("shares", shares);
  if (shares.length === 0) throw new UserError("no shares to draw: expected those of a mixture of shifts");
  const { title, due } = withDefaults("shiftShares", options, { title: "Which shift a head uses", due: [] });
  const heads = headsInOrder(shares.map(({ head }) => head));
  const components = [...new Set(shares.map(({ component }) => component))];
  const steps = shares.reduce((last, { step }) => Math.max(last, step), 0) + 1;
  const x = ordinal("step", { scale: { domain: upTo(steps) } });
  const axis = { ...sparseLabels(steps, 14), ticks: false, title: "step" };
  const width = { step: Math.max(2, Math.min(16, Math.floor(560 / steps))) };
  const color = nominal("component", {
    title: null,
    scale: { domain: components, range: [SERIES[1], SERIES[0], ...SERIES.slice(2)].slice(0, components.length) },
    legend: { orient: "bottom" },
  });
  const panels: Spec[] = heads.map((head, i) => ({
    data: { values: shares.filter((row) => row.head === head) },
    width,
    height: 70,
    params: i === 0 ? [clickable("component")] : undefined,
    mark: { type: "bar", width: { band: 1 } },
    encoding: {
      x: { ...x, axis: i === heads.length - 1 ? axis : null },
      y: numeric("share", {
        title: `${head} head`,
        scale: { domain: [0, 1] },
        axis: { values: [0, 0.5, 1], format: ".0%" },
      }),
      color,
      opacity: dimmed(),
      tooltip: [numeric("step"), nominal("component"), numeric("share", { format: ".0%" })],
    },
  }));
  const marks: Spec = {
    data: { values: due.map((step) => ({ step })) },
    width,
    height: 10,
    mark: { type: "point", shape: "triangle-up", filled: true, size: 45, color: INK.strong, opacity: 1 },
    encoding: { x: { ...x, axis: null } },
  };
  const meaning = "share of each kind of shift, step by step";
  return themed({
    title: { text: title, subtitle: due.length > 0 ? `${meaning}; triangles: an answer is due` : meaning },
    spacing: 6,
    vconcat: due.length > 0 ? [marks, ...panels] : panels,
    resolve: { scale: { color: "shared" } },
  });
}
