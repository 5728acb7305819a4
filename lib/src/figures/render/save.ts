import { join } from "node:path";
import { writeAtomically } from "../../support/files.js";
import { show, UserError } from "../../support/user-error.js";
import type { Spec } from "../spec.js";
import { rasterize, renderSvg } from "./render.js";

/**
 * Writes a figure as `name.svg` and `name.png` (two pixels for one) into a folder, which is made if missing. Each file
 * appears whole or not at all.
 *
 * @param name file name without ending: letters, digits, ".", "_", "-"
 * @throws UserError as renderSvg; a bad name; a folder that can't be written
 */
export async function saveFigure(folder: string, name: string, spec: Spec): Promise<void> {
  if (typeof name !== "string" || !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) {
    throw new UserError(`figure name is ${show(name)}, expected letters, digits, ".", "_" and "-" only`);
  }
  const svg = await renderSvg(spec);
  writeAtomically(join(folder, `${name}.svg`), svg);
  writeAtomically(join(folder, `${name}.png`), rasterize(svg, 2));
}
