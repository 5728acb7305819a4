import { resolve } from "node:path";
import type { Command } from "commander";
import { saveFigure } from "../figures/index.js";
import { NotWrittenError } from "../support/files.js";
import { project } from "../support/folders.js";
import { checkNames, UserError } from "../support/user-error.js";
import { figureList } from "./figure-list.js";
import { listed, names, shown } from "./options.js";
import { type Report, reporting } from "./report.js";

/** Adds the command that draws the figures of the records. */
export function addFigures(program: Command): void {
  const command = program
    .command("figures")
    .description(
      "draw the figures of the records and of the trained models that are kept, as SVG and PNG; nothing is trained",
    )
    .option("--into <folder>", "where to (default: figures/)")
    .option("--only <names>", "only these, e.g. loss_comparison,accuracy_sound-20", names)
    .addHelpText(
      "after",
      () =>
        `\n${listed(
          "Figures:",
          figureList().map(({ name }) => name),
        )}`,
    );
  reporting(command, draw);
}

async function draw(report: Report, { into, only }: { into?: string; only?: string[] }): Promise<void> {
  if (into === "") throw new UserError(`--into is "", expected a folder`);
  const folder = into === undefined ? project().figures : resolve(into);
  const all = figureList();
  if (only)
    checkNames(
      "figure",
      only,
      all.map(({ name }) => name),
    );
  const written: string[] = [];
  const left: { name: string; reason: string }[] = [];
  for (const { name, draw } of only ? all.filter((figure) => only.includes(figure.name)) : all) {
    try {
      await saveFigure(folder, name, await draw(), into === undefined ? undefined : "give another folder for --into");
      written.push(name);
    } catch (error) {
      // a figure that lacks its data is left out, but none goes missing because the disk is full
      if (!(error instanceof UserError) || error instanceof NotWrittenError) throw error;
      report.line(`no ${name}: ${error.message}`);
      left.push({ name, reason: error.message });
    }
  }
  report.line(
    `${written.length} ${written.length === 1 ? "figure" : "figures, each"} as .svg and .png, in ${shown(folder)}`,
  );
  report.result({ folder, figures: written, left });
}
