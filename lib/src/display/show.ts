import { describeFigure, textOf } from "../figures/describe.js";
import { packed, visibleDigits } from "../figures/render/compact.js";
import { renderSvg, saveFigure, smallPng } from "../figures/render/render.js";
import type { Spec } from "../figures/spec.js";
import { themed } from "../figures/theme.js";
import { project } from "../support/folders.js";
import { type CellWriter, cellWriter } from "./kernel.js";

/**
 * Shows a figure below the cell: interactive where Vega-Lite is rendered (JupyterLab), as a picture elsewhere
 * (nbconvert, GitHub). Outside a notebook it prints one line.
 *
 * @param spec Vega-Lite spec with its data inline, e.g. from lossComparison
 * @throws UserError data that can't be drawn, a spec that Vega-Lite refuses
 */
export async function show(spec: Spec): Promise<void> {
  // taken before the first await: later it may be the next cell's
  await put(cellWriter(), spec, console.warn);
}

/**
 * A PNG lies beside the spec, because JupyterLab adds one of its own where there is none: the notebook then counts as
 * changed as soon as it is opened.
 */
async function put(write: CellWriter | null, spec: Spec, warn: (line: string) => void): Promise<void> {
  const svg = await renderSvg(spec, { warn });
  const line = `[figure] ${textOf(spec.title) || "without a title"}`;
  if (!write) {
    console.log(line);
    return;
  }
  const bundle = {
    "application/vnd.vegalite.v5+json": packed(visibleDigits(themed(spec))),
    "image/png": Buffer.from(smallPng(svg, warn)).toString("base64"),
    "text/plain": line,
  };
  write(bundle, undefined, { "image/png": { alt: describeFigure(spec) } });
}

/**
 * Shows a figure and keeps it in the project's folder `figures/`, as `name.svg` and `name.png`.
 *
 * @param name file name without ending
 * @param spec Vega-Lite
 * @throws as saveFigure
 */
export async function showFigure(name: string, spec: Spec): Promise<void> {
  const write = cellWriter();
  await saveFigure(project().figures, name, spec);
  await put(write, spec, () => undefined); // what there is to remark was told when it was saved
}

/** Shows Markdown below the cell; outside a notebook prints it as it is. */
export function showMarkdown(text: string): void {
  const write = cellWriter();
  if (write) write({ "text/markdown": text, "text/plain": text });
  else console.log(text);
}
