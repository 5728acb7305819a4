import { packed, visibleDigits } from "../figures/render/compact.js";
import { renderSvg, saveFigure } from "../figures/render/render.js";
import { isObject, type Spec } from "../figures/spec.js";
import { themed } from "../figures/theme.js";
import { project } from "../support/folders.js";
import { cellWriter } from "./kernel.js";

/**
 * Shows a figure below the cell: interactive where Vega-Lite is rendered (JupyterLab), as SVG elsewhere (nbconvert,
 * GitHub). Outside a notebook it prints one line.
 *
 * @param spec Vega-Lite spec with its data inline, e.g. from lossComparison
 * @throws UserError data that can't be drawn, a spec that Vega-Lite refuses
 */
export async function show(spec: Spec): Promise<void> {
  const write = cellWriter(); // taken before the first await: later it may be the next cell's
  const svg = await renderSvg(spec);
  const line = `[figure] ${titleOf(spec)}`;
  if (!write) {
    console.log(line);
    return;
  }
  write({
    "application/vnd.vegalite.v5+json": packed(visibleDigits(themed(spec))),
    "image/svg+xml": svg,
    "text/plain": line,
  });
}

function titleOf(spec: Spec): string {
  const title = isObject(spec.title) ? spec.title.text : spec.title;
  return Array.isArray(title) ? title.join(" ") : String(title ?? "without a title");
}

/**
 * Shows a figure and keeps it in the project's folder `figures/`, as `name.svg` and `name.png`.
 *
 * @param name file name without ending
 * @param spec Vega-Lite
 * @throws as saveFigure
 */
export async function showFigure(name: string, spec: Spec): Promise<void> {
  await saveFigure(project().figures, name, spec);
  await show(spec);
}

/** Shows Markdown below the cell; outside a notebook prints it as it is. */
export function showMarkdown(text: string): void {
  const write = cellWriter();
  if (write) write({ "text/markdown": text, "text/plain": text });
  else console.log(text);
}
