import { join } from "node:path";
import type { Command } from "commander";
import { interruptible, progress } from "../display/index.js";
import { trainAndKeep } from "../display/trained-models.js";
import { modelTitle } from "../figures/index.js";
import {
  degeneracyOf,
  degeneracyPath,
  findRecords,
  loadTrained,
  plan,
  referenceStore,
  trainedFolders,
  trainedPlan,
} from "../study/index.js";
import { writeAtomically } from "../support/files.js";
import { project } from "../support/folders.js";
import { UserError } from "../support/user-error.js";
import { names, shown } from "./options.js";
import { fillReadme, readmeParts, readReadme, referenceRecords } from "./readme.js";
import { type Report, reporting } from "./report.js";

/** Adds the commands that make what the repository keeps besides records. */
export function addRepository(program: Command): void {
  reporting(
    program
      .command("weights")
      .description("train the models whose weights come with the repository, where they are missing")
      .option("--models <names>", "only these, e.g. ntm,dms-periodic (default: all of them)", names),
    weights,
  );
  reporting(
    program
      .command("degeneracy")
      .description("train the published memory models again, and measure how far their slots ever differ"),
    degeneracy,
  );
  reporting(
    program.command("readme").description("fill in README.md's generated parts from the repository's records"),
    (report) => {
      const path = join(project().root, "README.md");
      writeAtomically(path, fillReadme(readReadme(path), readmeParts(referenceRecords())));
      report.line(`${shown(path)} is up to date`);
      report.result({ file: path });
    },
  );
}

async function weights(report: Report, options: { models?: string[] }): Promise<void> {
  const all: { name: string; folder: string; made: boolean; testAccuracy: number }[] = [];
  for (const spec of trainedPlan(options.models)) {
    const folder = trainedFolders(spec.name).reference;
    const there = await loadTrained(folder, spec.config.model);
    if (!there) await trainAndKeep(spec, folder);
    const { testAccuracy } = (there ?? (await loadTrained(folder))!).recipe.result;
    const accuracy = `test accuracy ${(100 * testAccuracy).toFixed(1)} %`;
    report.line(`${shown(folder)} ${there ? "is there" : "made"}, ${accuracy}`);
    all.push({ name: spec.name, folder, made: !there, testAccuracy });
  }
  report.result({ weights: all });
}

async function degeneracy(report: Report): Promise<void> {
  const { records, missing } = findRecords(plan("published"));
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
