import { escapeHtml } from "./table.js";

/** What a progress display shows at one moment. */
export interface ProgressView {
  title: string;
  state: "running" | "done" | "failed";
  /** 0 to 1, null without a known total */
  fraction: number | null;
  /** the numbers beside the bar, e.g. "12 / 30 epochs", "loss 0.4312", "1 min 15 s left" */
  notes: string[];
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

export function progressHtml({ title, state, fraction, notes }: ProgressView): string {
  const percent = fraction === null ? (state === "running" ? 0 : 100) : Math.round(1000 * fraction) / 10;
  const head = `<div>${MARK[state]}<b>${escapeHtml(title)}</b>${notes.length > 0 ? ` · ${notes.map(escapeHtml).join(" · ")}` : ""}</div>`;
  const fill = `<div style="height: 8px; width: ${percent}%; border-radius: 4px; background: ${COLOR[state]}"></div>`;
  const track = `<div style="max-width: 640px; margin: 4px 0; border-radius: 4px; background: rgba(128, 128, 128, 0.25)">${fill}</div>`;
  return `<div style="font-variant-numeric: tabular-nums">${head}${track}</div>`;
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
  return [...`${bar}${progressLine(view)}`].slice(0, Math.max(1, columns - 1)).join("");
}
