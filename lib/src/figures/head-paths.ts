import { withDefaults } from "../support/options.js";
import { show, UserError } from "../support/user-error.js";
import { clickable, dimmed, nominal, numeric } from "./channels.js";
import { checkEntries } from "./runs.js";
import type { Spec } from "./spec.js";
import { SERIES, themed } from "./theme.js";

/** Where a head is in the plane at a step. */
export interface HeadPosition {
  step: number;
  /** "read", "write", or "read 1", "read 2", ... */
  head: string;
  x: number;
  y: number;
}

/**
 * The ways of heads through a plane, as those of a Lie-access memory: a line a head, its first step marked by a large
 * point. A click in the legend picks a head.
 *
 * @param rows one a head and step
 * @throws UserError no rows, a position that is NaN or infinite
 */
export function headPaths(rows: readonly HeadPosition[], options: { title?: string } = {}): Spec {
  checkEntries("positions of heads", rows);
  if (rows.length === 0) throw new UserError("no positions of heads to draw, expected at least one row");
  const bad = rows.find(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y));
  if (bad) {
    throw new UserError(
      `position of the ${bad.head} head is ${show([bad.x, bad.y])} at step ${bad.step}, expected finite numbers`,
    );
  }
  const { title } = withDefaults("headPaths", options, { title: "Where the heads go in the plane" });
  const heads = [...new Set(rows.map(({ head }) => head))];
  const tooltip = [nominal("head"), numeric("step"), numeric("x", { format: ".3f" }), numeric("y", { format: ".3f" })];
  const size = { condition: { test: "datum.step === 0", value: 140 }, value: 25 };
  return themed({
    title: { text: title, subtitle: "a dot a step, the first one large" },
    data: { values: rows.map(({ step, head, x, y }) => ({ step, head, x, y })) },
    width: 360,
    height: 360,
    encoding: {
      x: numeric("x", { title: "address x", scale: { zero: false } }),
      y: numeric("y", { title: "address y", scale: { zero: false } }),
      color: nominal("head", { title: "head", scale: { domain: heads, range: SERIES }, sort: heads }),
    },
    layer: [
      { mark: { type: "line", strokeWidth: 1 }, encoding: { order: { field: "step" }, opacity: dimmed(0.6) } },
      {
        params: [clickable("head")],
        mark: { type: "point", filled: true },
        encoding: { size, opacity: dimmed(0.9), tooltip },
      },
    ],
  });
}
