import { columnsOf } from "../support/text.js";
import { escapeHtml } from "./table-text.js";

/** A number over the units done. */
export interface ProgressCurve {
  name: string;
  points: readonly [done: number, value: number][];
}

/** What a progress display shows at one moment. */
export interface ProgressView {
  title: string;
  state: "running" | "done" | "failed";
  /** 0 to 1, null without a known total */
  fraction: number | null;
  /** the numbers beside the bar, e.g. "12 / 30 epochs", "loss 0.4312", "1 min 15 s left" */
  notes: string[];
  /** those of the numbers that have two values or more */
  curves?: ProgressCurve[];
}

/** A duration in at most two units: "4.2 s", "1 min 15 s", "2 h 05 min". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n: number) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

const MARK = { running: "", done: "✓ ", failed: "✗ " };
// JupyterLab's own colours where there are some, so that the bar suits a dark theme too
const COLOR = {
  running: "var(--jp-brand-color1, #1976d2)",
  done: "var(--jp-success-color1, #388e3c)",
  failed: "var(--jp-error-color1, #d32f2f)",
};

/** Lowest and highest: by a loop, for as arguments of one call a long curve's points are too many. */
function extentOf(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

const CURVE = { width: 200, height: 48 };

// inside a picture the page's own colours aren't known: these are read on white and on black
const LINE = { running: "#1976d2", done: "#388e3c", failed: "#d32f2f" };

/**
 * A small line from the first value to the last, highest and lowest at the edges. It is a picture, because JupyterLab
 * takes drawings out of the HTML of notebooks that were made elsewhere.
 */
function curveHtml({ name, points }: ProgressCurve, color: string): string {
  const [dones, values] = [points.map(([done]) => done), points.map(([, value]) => value)];
  const [low, high] = extentOf(values);
  const [from, to] = extentOf(dones);
  const place = (value: number, a: number, b: number, size: number) =>
    2 + (b > a ? (value - a) / (b - a) : 0.5) * (size - 4);
  const line = points
    .map(([done, value]) => [place(done, from, to, CURVE.width), CURVE.height - place(value, low, high, CURVE.height)])
    .map((pair) => pair.map((coordinate) => coordinate.toFixed(1)).join(","))
    .join(" ");
  const range = [low, high].map((value) => String(Number(value.toPrecision(3)))).join(" to ");
  const { width, height } = CURVE;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#808080" fill-opacity="0.12"/>`,
    `<polyline points="${line}" fill="none" stroke="${color}" stroke-width="1.5"/></svg>`,
  ].join("");
  const label = escapeHtml(`${name}, ${range}`);
  return [
    `<figure style="display: inline-block; margin: 4px 16px 0 0">`,
    `<img width="${width}" height="${height}" alt="${label}" ` +
      `src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}"/>`,
    `<figcaption style="font-size: 85%">${label}</figcaption></figure>`,
  ].join("");
}

export function progressHtml({ title, state, fraction, notes, curves = [] }: ProgressView): string {
  const percent = fraction === null ? (state === "running" ? 0 : 100) : Math.round(1000 * fraction) / 10;
  const behind = notes.map((note) => ` · ${escapeHtml(note)}`).join("");
  const head = `<div>${MARK[state]}<b>${escapeHtml(title)}</b>${behind}</div>`;
  const fill = `<div style="height: 8px; width: ${percent}%; border-radius: 4px; background: ${COLOR[state]}"></div>`;
  const style = "max-width: 640px; margin: 4px 0; border-radius: 4px; background: rgba(128, 128, 128, 0.25)";
  const track = `<div style="${style}">${fill}</div>`;
  const drawn = curves.map((curve) => curveHtml(curve, LINE[state])).join("");
  return `<div style="font-variant-numeric: tabular-nums">${head}${track}${drawn}</div>`;
}

export function progressLine({ title, state, fraction, notes }: ProgressView): string {
  const share = fraction === null ? [] : [`${Math.floor(100 * fraction)} %`];
  return [`${MARK[state]}${title}`, ...(state === "running" ? share : []), ...notes].join(", ");
}

/** One line for a terminal, cut to its width. */
export function progressBar(view: ProgressView, columns: number): string {
  const cells = 20;
  const full = Math.round(cells * (view.fraction ?? 0));
  const bar = view.fraction === null ? "" : `${"█".repeat(full)}${"░".repeat(cells - full)} `;
  let cut = "";
  for (const character of `${bar}${progressLine(view)}`) {
    if (columnsOf(cut + character) > Math.max(1, columns - 1)) break;
    cut += character;
  }
  return cut;
}
