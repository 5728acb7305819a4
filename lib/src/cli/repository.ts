import { join } from "node:path";
import type { Command } from "commander";
import { interruptible, progress } from "../display/index.js";
import { loadKept, trainAndKeep } from "../display/kept-models.js";
import { modelTitle } from "../figures/index.js";
import { keptFolders, keptNames, keptSpec } from "../studies/kept.js";
import { published } from "../studies/published.js";
import {
  degeneracyOf,
  degeneracyPath,
  findRecords,
  isOnTask,
  type PartRecords,
  type RunRecord,
  referenceStore,
  type TrainedRecipe,
} from "../study/index.js";
import { writeAtomically } from "../support/files.js";
import { project } from "../support/folders.js";
import { UserError } from "../support/user-error.js";
import { names, shown } from "./options.js";
import { type Report, reporting } from "./report.js";
import { fillResults, readResults, referenceRecords, resultsParts } from "./results-page.js";

/** Adds the commands that make what the repository keeps besides records. */
export function addRepository(program: Command): void {
  reporting(
    program
      .command("weights")
      .description("train the models whose weights come with the repository, where they are missing")
      .option("--models <names>", `only these of ${keptNames.join(", ")} (default: all of them)`, names),
    weights,
  );
  reporting(
    program
      .command("degeneracy")
      .description("train the published memory models again, and measure how far their slots ever differ"),
    degeneracy,
  );
  reporting(
    program
      .command("results-page")
      .description("fill in the generated parts of docs/results.md from the repository's records"),
    (report) => {
      const path = join(project().root, "docs/results.md");
      writeAtomically(path, fillResults(readResults(path), resultsParts(referenceRecords())));
      report.line(`${shown(path)} is up to date`);
      report.result({ file: path });
    },
  );
}

async function weights(report: Report, { models = [...keptNames] }: { models?: string[] }): Promise<void> {
  const all: object[] = [];
  for (const name of models) {
    const spec = keptSpec(name);
    const folder = keptFolders(name).reference;
    const there = await loadKept(spec, folder);
    if (!there) await trainAndKeep(spec, folder);
    const { recipe } = there ?? (await loadKept(spec, folder))!;
    report.line(`${shown(folder)} ${there ? "is there" : "made"}, ${endOf(recipe)}`);
    all.push({ name, folder, made: !there, ...(isOnTask(recipe) ? { tests: recipe.tests } : recipe.result) });
  }
  report.result({ weights: all });
}

function endOf(recipe: TrainedRecipe): string {
  if (!isOnTask(recipe)) return `test accuracy ${(100 * recipe.result.testAccuracy).toFixed(1)} %`;
  return recipe.tests.map(({ length, cost }) => `${cost.toPrecision(2)} bits at length ${length}`).join(", ");
}

async function degeneracy(report: Report): Promise<void> {
  const [{ evaluation: records, missing }] = findRecords(published) as [PartRecords<RunRecord>];
  if (missing.length > 0) throw new UserError(`${missing.length} runs are missing: run \`make study\` first`);
  const bar = progress("Measuring", { unit: "runs" });
  const measured = await interruptible((signal) =>
    degeneracyOf(
      records,
      (done, total, { name, seed }) => bar.update({ done, total, text: `${modelTitle(name)} seed ${seed}` }),
      signal,
    ),
  );
  bar.finish();
  const path = degeneracyPath(referenceStore().folder);
  writeAtomically(path, `${JSON.stringify(measured, null, 1)}\n`);
  report.line(`${measured.runs.length} models measured, in ${shown(path)}`);
  report.result({ models: measured.runs.length, file: path });
}
