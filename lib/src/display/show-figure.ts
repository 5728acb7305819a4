import { type Spec, saveFigure } from "../figures/index.js";
import { project } from "../support/folders.js";
import { show } from "./show.js";

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
